package importer
import ("testing";"strings";"fmt";"time")
func TestZZ(t *testing.T){
 head:="Event: Test\n\nParticipants: Aland\n\nHighlights\n\n"
 for _,piece:=range []string{"a\n\n","a ","*a ","**a ","[a ","<a ","<sup>1</sup> a\n","a<sup>1</sup> ","1 Aa\n\n","a1 ","Aland Bland ","Aland, ","OP 3 of ","1 May ","Participants\n","* a\n\n","word*\n\n* a\n\n","_a ","&a","a.\n","- a\n  ","Participants: Xa Ya\n", "Venue: A and B\n","themes. ", "| a |\n","(an NGO) A", "Aa (", "`", "<!--"} {
  for _,n:=range []int{1<<20,1<<21}{
  s:=time.Now()
  doc,err:=Read("a.md",[]byte(head+strings.Repeat(piece,n/len(piece))))
  if err!=nil{fmt.Println(err);continue}
  d1:=time.Since(s)
  p,r,err:=Note(doc,testVocabulary); if err!=nil{fmt.Println(piece,err);continue}
  d2:=time.Since(s)-d1
  _,err=p.Markdown(); _=r.String()
  fmt.Printf("%q %d read %v note %v write %v\n",piece,n,d1.Round(time.Millisecond),d2.Round(time.Millisecond),(time.Since(s)-d1-d2).Round(time.Millisecond))
 }}
}
