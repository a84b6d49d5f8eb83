package indexer
import ("testing";"os";"path/filepath";"time";"syscall";"fmt";"context")
func cpu() float64 { var r syscall.Rusage; syscall.Getrusage(0,&r); return float64(r.Utime.Sec)+float64(r.Utime.Usec)/1e6+float64(r.Stime.Sec)+float64(r.Stime.Usec)/1e6 }
func TestZZProf(t *testing.T) {
	dir := t.TempDir()
	t0,c0 := time.Now(),cpu()
	s, err := ReadSite(context.Background(), "/tmp/w/scale", nil)
	if err!=nil {t.Fatal(err)}
	fmt.Printf("read %.2f wall %.2f cpu\n", time.Since(t0).Seconds(), cpu()-c0)
	t0,c0 = time.Now(),cpu()
	r, err := s.Write(context.Background(), filepath.Join(dir,"i"), filepath.Join(dir,"p"))
	if err!=nil {t.Fatal(err)}
	fmt.Printf("write both %.2f wall %.2f cpu text %d passages %d\n", time.Since(t0).Seconds(), cpu()-c0, r.TextBytes, r.Sections)
	var size int64
	filepath.Walk(filepath.Join(dir,"i"), func(p string, i os.FileInfo, e error) error { if !i.IsDir() {size+=i.Size()}; return nil })
	fmt.Println("index bytes", size)
}
