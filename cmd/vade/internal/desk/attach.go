package desk

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"vademecum/cmd/vade/internal/document"
	"vademecum/cmd/vade/internal/kinds"
)

// Bounds of images, in bytes and pixels. An image is made no wider and no higher
// than longestSide.
const (
	mostAttached = 30 << 20
	mostPixels   = 60_000_000
	longestSide  = 1600
)

// attached stores an image or a PDF beside a page and gives the Markdown that
// shows it. An image is written anew, so that neither place nor camera stay in it.
func (d *Desk) attached(r *http.Request, p *page) (string, error) {
	file, header, err := r.FormFile("attachment")
	if err != nil {
		return "", errors.New("choose an image or a PDF first")
	}
	defer file.Close()
	description := strings.Join(strings.Fields(r.PostForm.Get("description")), " ")
	if description == "" {
		return "", errors.New("describe in a few words what the image shows, or what the document is: readers who cannot see it need that")
	}
	data, err := io.ReadAll(io.LimitReader(file, mostAttached+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > mostAttached:
		return "", errors.New("the file is larger than 30 MB; make it smaller first")
	}
	name := strings.ReplaceAll(header.Filename, "\\", "/")
	base := kinds.Slug(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	if base == "" {
		base = "file"
	}
	description = strings.NewReplacer("[", `\[`, "]", `\]`).Replace(description)
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		at, err := d.putBeside(p, base, ".pdf", data)
		return "[" + description + " (PDF)](" + at + ")", err
	}
	data, ext, err := cleanImage(data)
	if err != nil {
		return "", err
	}
	at, err := d.putBeside(p, base, ext, data)
	return "![" + description + "](" + at + ")", err
}

// putBeside writes a file beside a page under a name that is free, and gives its
// address.
func (d *Desk) putBeside(p *page, base, ext string, data []byte) (string, error) {
	folder := path.Dir(p.File)
	name := path.Join(folder, base+ext)
	for n := 2; ; n++ {
		if err := contentFile(name); err != nil {
			return "", err
		}
		if err := noLinks(d.store.content, name); err != nil {
			return "", err
		}
		there, err := d.store.content.ReadFile(name)
		if err != nil {
			break
		}
		if bytes.Equal(there, data) {
			return "/" + name, nil
		}
		if n > 100 {
			return "", errors.New("a hundred files of this name are there already; give it another one")
		}
		name = path.Join(folder, base+"-"+string(rune('0'+n/10))+string(rune('0'+n%10))+ext)
	}
	d.store.mu.Lock()
	defer d.store.mu.Unlock()
	return "/" + name, plainly(put(d.store.content, name, data))
}

// cleanImage gives an image upright, no larger than needed, and without what
// cameras write into it.
func cleanImage(data []byte) (out []byte, ext string, err error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, "", errors.New("this is no image in JPEG, PNG, GIF or WebP, and no PDF")
	case config.Width*config.Height > mostPixels:
		return nil, "", errors.New("the image has more than 60 million pixels; make it smaller first")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", errors.New("the image cannot be read to its end; get a whole copy")
	}
	if b := img.Bounds(); max(b.Dx(), b.Dy()) > longestSide {
		scale := float64(longestSide) / float64(max(b.Dx(), b.Dy()))
		small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
		draw.CatmullRom.Scale(small, small.Bounds(), img, b, draw.Src, nil)
		img = small
	}
	if format == "jpeg" {
		img = upright(img, orientation(data))
	}
	var buffer bytes.Buffer
	opaque, is := img.(interface{ Opaque() bool })
	if format == "jpeg" || format == "webp" && is && opaque.Opaque() {
		err = jpeg.Encode(&buffer, img, &jpeg.Options{Quality: 82})
		return buffer.Bytes(), ".jpg", err
	}
	err = png.Encode(&buffer, img)
	return buffer.Bytes(), ".png", err
}

// orientation reads from a JPEG how the camera was held: 1 to 8, as Exif counts.
func orientation(data []byte) int {
	for at := 2; at+4 < len(data) && data[at] == 0xff; {
		size := int(data[at+2])<<8 | int(data[at+3])
		end := at + 2 + size
		if data[at+1] == 0xe1 && end <= len(data) && size > 16 && string(data[at+4:at+8]) == "Exif" {
			return exifOrientation(data[at+10 : end])
		}
		if data[at+1] == 0xda || size < 2 {
			break
		}
		at = end
	}
	return 1
}

func exifOrientation(t []byte) int {
	if len(t) < 10 {
		return 1
	}
	number := func(at, n int) int {
		if at < 0 || at+n > len(t) {
			return 0
		}
		v := 0
		for i := range n {
			b := t[at+i]
			if t[0] == 'I' {
				b = t[at+n-1-i]
			}
			v = v<<8 | int(b)
		}
		return v
	}
	dir := number(4, 4)
	for i := range min(number(dir, 2), 100) {
		if e := dir + 2 + 12*i; number(e, 2) == 0x0112 {
			return number(e+8, 2)
		}
	}
	return 1
}

// upright turns an image as its orientation says.
func upright(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if orientation > 4 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}

// mostPasted bounds what is pasted from another program, in bytes.
const mostPasted = 5 << 20

// paste makes Markdown of what a person pasted from Word or a web page.
func (d *Desk) paste(w http.ResponseWriter, r *http.Request) error {
	html := r.PostForm.Get("html")
	if len(html) > mostPasted {
		return refuse(http.StatusRequestEntityTooLarge, "more than 5 MB were pasted; paste it in parts")
	}
	text, err := d.pasted(r.Context(), html, "http://"+r.Host)
	if err != nil {
		return refuse(http.StatusBadRequest, "what was pasted cannot be read")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.WriteString(w, text)
	return err
}

// pasted makes Markdown of HTML as an import reads it: lists of Word are lists, tables
// and footnotes are kept, and nothing of how it looked. Links to a site stay on it.
func (d *Desk) pasted(ctx context.Context, html, site string) (string, error) {
	doc, err := document.Read(ctx, "pasted.html", []byte("<!doctype html><meta charset=utf-8>"+html))
	if err != nil {
		return "", err
	}
	after := newWordText(doc.Blocks, doc.Notes)
	w := &markdownWriter{reading: &reading{links: links{site: site}}, before: newWordText(nil, nil), after: after, labels: map[string]string{}}
	return strings.TrimSpace(w.whole("", nil)), nil
}

// An attachment is an image or a document that pages show.
type attachment struct {
	File string // below content
	Data []byte
}

// attachable are the kinds of files that the desk stores beside pages, by their bytes.
var attachable = map[string][]string{
	"image/jpeg": {".jpg", ".jpeg"}, "image/png": {".png"}, "image/gif": {".gif"}, "image/webp": {".webp"},
	"application/pdf": {".pdf"},
}

// attachedSince gives the images and documents that pages name after their change and
// did not name before.
func (s *store) attachedSince(changed []change) []attachment {
	var before, after [][]byte
	for _, c := range changed {
		before, after = append(before, unescaped([]byte(c.Before))), append(after, unescaped([]byte(c.After)))
	}
	var out []attachment
	_ = fs.WalkDir(s.content.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || !isAttachable(name) {
			return nil
		}
		named := false
		for i := range changed {
			named = named || names(after[i:i+1], name) && !names(before[i:i+1], name)
		}
		if !named {
			return nil
		}
		if info, err := e.Info(); err != nil || info.Size() > mostAttached {
			return nil
		}
		data, err := s.content.ReadFile(name)
		if a := (attachment{name, data}); err == nil && a.refused() == nil {
			out = append(out, a)
		}
		return nil
	})
	return out
}

// refused refuses what is no image or document, or could lie elsewhere.
func (a attachment) refused() error {
	if err := contentFile(a.File); err != nil {
		return err
	}
	kind, _, _ := strings.Cut(http.DetectContentType(a.Data), ";")
	if !slices.Contains(attachable[kind], strings.ToLower(path.Ext(a.File))) {
		return refuse(http.StatusBadRequest, "%s is no image and no PDF; ask your colleague to make the file of changes again", a.File)
	}
	return nil
}

// readAttachment gives the bytes that have the name of an attachment here; nil if
// there is no such file.
func (s *store) readAttachment(a attachment) ([]byte, error) {
	if err := a.refused(); err != nil {
		return nil, err
	}
	if err := noLinks(s.content, a.File); err != nil {
		return nil, err
	}
	data, err := s.content.ReadFile(a.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// writeAttachment puts an attachment in place of what had the hash was; "" where
// nothing had its name.
func (s *store) writeAttachment(a attachment, was string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.readAttachment(a)
	switch {
	case err != nil:
		return err
	case now != nil && sum(now) != was, now == nil && was != "":
		return errChanged
	}
	return plainly(put(s.content, a.File, a.Data))
}

// A left is what pages that are to be erased leave behind in content: the images and
// documents that they show, or showed in a version that is kept.
type left struct {
	Goes  []string // what no other page shows, and copies of it
	Stays []string // what another page shows
	// Unread says why it cannot be told what other pages show; "" if it can. Nothing goes
	// then.
	Unread string
}

// left tells what stays behind when pages are erased.
func (s *store) left(erased []string) left {
	var texts [][]byte
	for _, file := range erased {
		if text, err := s.read(file); err == nil {
			texts = append(texts, unescaped(text))
		}
		if text, err := s.source.ReadFile(typedFile(file)); err == nil {
			texts = append(texts, unescaped(text))
		}
		for _, text := range s.keptTexts(file) {
			texts = append(texts, unescaped(text))
		}
	}
	var beside, elsewhere []string
	_ = fs.WalkDir(s.content.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		besideIt := func(file string) bool { return path.Dir(file) == path.Dir(name) }
		switch {
		case err != nil || !e.Type().IsRegular() || !isAttachable(name):
		case slices.ContainsFunc(erased, besideIt) && names(texts, name):
			beside = append(beside, name)
		default:
			elsewhere = append(elsewhere, name)
		}
		return nil
	})
	if beside == nil {
		return left{}
	}
	// A copy goes only with what it is a copy of.
	isCopy := func(of []string) func(string) bool {
		return func(name string) bool {
			return slices.ContainsFunc(of, func(one string) bool { return s.alike(one, name) })
		}
	}
	copies := slices.DeleteFunc(elsewhere, func(name string) bool { return !isCopy(beside)(name) })
	mentioned, err := s.mentioned(slices.Concat(beside, copies), erased)
	if err != nil {
		return left{Unread: err.Error()}
	}
	var out left
	for _, name := range beside {
		if mentioned[name] {
			out.Stays = append(out.Stays, name)
		} else {
			out.Goes = append(out.Goes, name)
		}
	}
	goes := isCopy(slices.Clone(out.Goes))
	for _, name := range copies {
		if !mentioned[name] && goes(name) {
			out.Goes = append(out.Goes, name)
		}
	}
	slices.Sort(out.Goes)
	return out
}

// mentioned tells which images and documents any text could mean, but for those of some
// pages: a text that holds the name, were it as part of another one.
func (s *store) mentioned(files, but []string) (map[string]bool, error) {
	bases := map[string][]byte{}
	for _, file := range files {
		bases[file] = []byte(strings.ToLower(path.Base(file))) // some disks know no capitals
	}
	out := map[string]bool{}
	err := s.eachText(but, func(text []byte) {
		text = bytes.ToLower(unescaped(text))
		for file, base := range bases {
			out[file] = out[file] || bytes.Contains(text, base)
		}
	})
	return out, err
}

// eachText goes through what could show an image: all texts of content, layouts and data,
// and what was typed and not saved, but for some pages. What cannot be read is an error.
func (s *store) eachText(but []string, each func(text []byte)) error {
	var not []string
	for _, file := range but {
		not = append(not, "content/"+file, typedFile(file))
	}
	for _, folder := range []string{"content", "layouts", "data", path.Dir(typedFile("x"))} {
		err := fs.WalkDir(s.source.FS(), folder, func(name string, e fs.DirEntry, err error) error {
			if err == nil && (!e.Type().IsRegular() || isAttachable(name) || slices.Contains(not, name)) {
				return nil
			}
			if err == nil {
				err = s.inParts(name, each)
			}
			if errors.Is(err, fs.ErrNotExist) { // it is gone meanwhile, or was never there
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// longestWritten bounds a file's name as a text may write it, in bytes: each of up to 255
// as a reference of five.
const longestWritten = 5 * 255

// inParts reads a file in parts, each of which begins with the end of the one before, so
// that a name is whole in one of them.
func (s *store) inParts(name string, each func(text []byte)) error {
	f, err := openText(s.source, name)
	if err != nil {
		return err
	}
	defer f.Close()
	var part []byte
	for {
		part = slices.Clone(part[max(0, len(part)-longestWritten):])
		more, err := io.ReadAll(io.LimitReader(f, mostText))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(more) == 0 {
			return nil
		}
		part = append(part, more...)
		each(part)
	}
}

// openText opens a file to be read; a test puts one in its place that refuses.
var openText = func(root *os.Root, name string) (io.ReadCloser, error) { return root.Open(name) }

// isAttachable tells whether the desk stores files with such a name beside pages.
func isAttachable(name string) bool {
	for _, endings := range attachable {
		if slices.Contains(endings, strings.ToLower(path.Ext(name))) {
			return true
		}
	}
	return false
}

// names tells whether any text does mean a file: its name is no part of another one.
func names(texts [][]byte, file string) bool {
	base := path.Base(file)
	var whole *regexp.Regexp // made for the few texts that may have it
	return slices.ContainsFunc(texts, func(text []byte) bool {
		if !bytes.Contains(text, []byte(base)) {
			return false
		}
		if whole == nil {
			whole = regexp.MustCompile(`(?:^|[^\pL\pN._-])` + regexp.QuoteMeta(base) + `(?:$|[^\pL\pN_-])`)
		}
		return whole.Match(text)
	})
}

var reEscaped = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescaped gives a text in which addresses are not escaped, neither as addresses nor in
// Markdown or HTML.
func unescaped(text []byte) []byte {
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(`\`), nil), []byte("&amp;"), []byte("&"))
	return reEscaped.ReplaceAllFunc(text, func(e []byte) []byte {
		b, _ := hex.DecodeString(string(e[1:])) // the pattern has two hexadecimal digits
		return b
	})
}

// alike tells whether two files of content hold the same bytes.
func (s *store) alike(a, b string) bool {
	one, err := s.content.Stat(a)
	two, err2 := s.content.Stat(b)
	if err != nil || err2 != nil || one.Size() != two.Size() {
		return false
	}
	x, err := s.content.ReadFile(a)
	y, err2 := s.content.ReadFile(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// removeAttachments removes images and documents for good.
func (s *store) removeAttachments(files []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range files {
		if err := errors.Join(contentFile(file), noLinks(s.content, file)); err != nil {
			return err
		}
		if err := unlink(s.content, file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return plainly(err)
		}
	}
	return nil
}
