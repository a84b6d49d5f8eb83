package document

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/klauspost/compress/zstd"
	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"vademecum/cmd/internal/garbage"
)

const (
	maxPages     = 5000
	maxPDFTime   = time.Minute
	maxPageChars = 200_000
	wasmPages    = 512 << 20 / (64 << 10) // of 64 KB, that pdfium may take
)

var (
	errOCR    = errors.New("the pages are pictures without text; have them read with OCR first (a scanner's program or Adobe Acrobat does it) and use the result")
	errBadPDF = errors.New("the PDF is damaged or cut short; download it again, or open it and print it to a new PDF")
	errBusy   = errors.New("other PDFs still keep the part that reads them busy; try again, and if it stays so, end the program and start it anew")
	errSlow   = errors.New("reading the PDF took too long, and it was given up; print only the pages that are needed to a new PDF")
)

// packedPDFium is the module of go-pdfium, compressed: the one that go-pdfium
// embeds is then not linked.
//
//go:generate go run pdfium/pack.go
//go:embed pdfium/pdfium.wasm.zst
var packedPDFium []byte

func unpackPDFium() ([]byte, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.DecodeAll(packedPDFium, nil)
}

// pool starts pdfium once for the process. What wazero made of it is kept in
// the user's cache folder, since making it takes seconds; where that cannot be
// written, it is made each time.
var pool = sync.OnceValues(func() (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(wasmPages)
	if dir, err := os.UserCacheDir(); err == nil {
		if cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "vademecum", "wazero")); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	defer garbage.Spare(startRoom)()
	module, err := unpackPDFium()
	if err != nil {
		return nil, err
	}
	return webassembly.InitWithWASM(webassembly.Config{
		WASM:          module,
		MaxTotal:      maxPDFs,
		FSConfig:      wazero.NewFSConfig(), // pdfium sees no file of this machine
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
})

// maxPDFs are read at once.
const maxPDFs = 4

// startRoom is how many bytes the start of pdfium may take, where its compilation
// would leave as much garbage again.
const startRoom = 280 << 20

// readPDF reads a PDF. pdfium is started anew for each file, so that one that
// breaks it breaks nothing else. One that keeps it busy for good is given up
// at the time limit; its instance of pdfium is lost until the process ends,
// and a processor with it: to be able to stop it (WithCloseOnContextDone), wazero
// asks in every loop, by which each PDF takes two and a half times as long.
func readPDF(ctx context.Context, data []byte) (*Document, error) {
	return readPDFWithin(ctx, maxPDFTime, data)
}

func readPDFWithin(ctx context.Context, limit time.Duration, data []byte) (*Document, error) {
	p, err := pool()
	if err != nil {
		return nil, fmt.Errorf("the part that reads PDF files does not start on this machine (%w); save the document as DOCX", err)
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	instance, err := p.GetInstanceWithContext(limited)
	if err != nil {
		return nil, cmp.Or(ctx.Err(), errBusy)
	}
	type result struct {
		doc *Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		var out result
		defer func() {
			if recover() != nil {
				out = result{err: errBadPDF}
			}
			done <- out
		}()
		defer closeInstance(instance)
		r := &pdfReader{ctx: limited, in: instance, doc: &Document{}}
		out.doc, out.err = r.read(data)
	}()
	select {
	case out := <-done:
		if limited.Err() == nil {
			return out.doc, out.err
		}
	case <-limited.Done():
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, errSlow
}

// closeInstance ends an instance of pdfium, also one that a file has broken.
func closeInstance(in pdfium.Pdfium) {
	defer func() { _ = recover() }()
	if in.Close() != nil {
		in.Kill()
	}
}

type pdfReader struct {
	ctx context.Context
	in  pdfium.Pdfium
	doc *Document
	ref references.FPDF_DOCUMENT
}

func (r *pdfReader) read(data []byte) (*Document, error) {
	open, err := r.in.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return nil, errEncrypted
	case err != nil:
		return nil, errBadPDF
	}
	r.ref = open.Document
	if !endsWhole(data) {
		r.doc.warn("the PDF has no end and may be cut short; compare its last page with the original")
	}
	pages, err := r.in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.ref})
	if err != nil || pages.PageCount == 0 {
		return nil, errBadPDF
	}
	if pages.PageCount > maxPages {
		return nil, fmt.Errorf("the PDF has %d pages, more than the %d that are read; print only the pages that are needed to a new PDF", pages.PageCount, maxPages)
	}
	r.doc.Pages = pages.PageCount
	r.doc.Title, r.doc.Language = r.meta("Title"), ""
	l := &layout{doc: r.doc}
	empty, bad := 0, 0
	for i := range pages.PageCount {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		page, err := r.page(i)
		if err != nil {
			bad++
			page = &pdfPage{number: i + 1}
		} else if len(page.words) == 0 {
			empty++
		}
		l.pages = append(l.pages, page)
	}
	if err := r.judge(l, bad, empty); err != nil {
		return nil, err
	}
	return r.doc, l.read(r.ctx)
}

// judge says what the pages that gave no text mean.
func (r *pdfReader) judge(l *layout, bad, empty int) error {
	words := 0
	for _, p := range l.pages {
		words += len(p.words)
	}
	switch n := len(l.pages); {
	case bad == n:
		return errBadPDF
	case words == 0 && r.pictures(n):
		return errOCR
	case words == 0:
		return errors.New("the PDF holds no text that can be read; if its pages show text, have them read with OCR first and use the result")
	case bad > 0:
		r.doc.warn("%s could not be read; compare with the original", plural(bad, "page", "pages"))
	}
	if empty > 0 && r.pictures(len(l.pages)) {
		r.doc.warn("%s no text, perhaps a picture of it; have it read with OCR if it matters", plural(empty, "page has", "pages have"))
	}
	if p := r.meta("Producer") + " " + r.meta("Creator"); reOCR(p) {
		r.doc.warn("the text was read from pictures by OCR; compare numbers and names with the original")
	}
	return nil
}

// reOCR reports whether the program that made a PDF is one that reads
// pictures.
func reOCR(producer string) bool {
	producer = strings.ToLower(producer)
	for _, sign := range []string{"ocr", "tesseract", "abbyy", "finereader", "paper capture", "omnipage", "readiris", "scansnap", "luradocument"} {
		if strings.Contains(producer, sign) {
			return true
		}
	}
	return false
}

// pictures reports whether one of the pages without text has a picture.
func (r *pdfReader) pictures(n int) bool {
	for i := range min(n, 20) {
		page := requests.Page{ByIndex: &requests.PageByIndex{Document: r.ref, Index: i}}
		objects, err := r.in.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
		if err != nil {
			continue
		}
		for k := range min(objects.Count, 50) {
			o, err := r.in.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: k})
			if err != nil {
				break
			}
			kind, err := r.in.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o.PageObject})
			if err == nil && (kind.Type == 3 || kind.Type == 5) { // an image, or a form that may hold one
				return true
			}
		}
	}
	return false
}

func (r *pdfReader) meta(tag string) string {
	m, err := r.in.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: r.ref, Tag: tag})
	if err != nil {
		return ""
	}
	return m.Value
}

// A pdfPage is the words of a page.
type pdfPage struct {
	number        int
	width, height float64 // in points
	words         []word
	turned        int // characters that run in another direction than most
}

// A word is letters without a space between them, in one style. Coordinates
// are in points from the lower left corner of the page.
type word struct {
	text         string
	x0, x1       float64
	base         float64 // the line that it stands on
	size         float64
	bold, italic bool
	super        bool // a part of a word that is raised: no space before it
	glued        bool // no space between the word before and this one
	top          float64
}

func (r *pdfReader) page(i int) (*pdfPage, error) {
	size, err := r.in.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: r.ref, Index: i})
	if err != nil {
		return nil, err
	}
	loaded, err := r.in.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.ref, Index: i})
	if err != nil {
		return nil, err
	}
	defer r.in.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	at := requests.Page{ByReference: &loaded.Page}
	text, err := r.in.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: at})
	if err != nil {
		return nil, err
	}
	defer r.in.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage})
	n, err := r.in.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return nil, err
	}
	if n.Count > maxPageChars {
		return nil, errBadPDF
	}
	chars, err := r.in.GetPageTextStructured(&requests.GetPageTextStructured{Page: at, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, err
	}
	p := &pdfPage{number: i + 1, width: size.Width, height: size.Height}
	rotation, err := r.in.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: at})
	if err == nil && rotation.PageRotation%2 == 1 { // characters stand where they do on the unturned page
		p.width, p.height = p.height, p.width
	}
	g := &glyphs{r: r, page: p, text: text.TextPage}
	g.gather(chars.Chars)
	return p, r.ctx.Err()
}

// glyphs puts characters together into words.
type glyphs struct {
	r    *pdfReader
	page *pdfPage
	text references.FPDF_TEXTPAGE
	turn int // quarter turns of most of the text
	word word
	open bool
}

type box struct{ x0, x1, y0, y1 float64 }

func (b box) zero() bool { return b.x1-b.x0 < 1e-6 && b.y1-b.y0 < 1e-6 }

func (g *glyphs) gather(chars []*responses.GetPageTextStructuredChar) {
	g.turn = mostAngle(chars)
	if g.turn%2 == 1 {
		defer func() { g.page.width, g.page.height = g.page.height, g.page.width }()
	}
	space := true
	for i, c := range chars {
		r := []rune(c.Text)
		switch {
		case len(r) == 0 || unicode.IsSpace(r[0]) || r[0] == 0xa0:
			g.end()
			space = true
			continue
		case quarter(c.Angle) != g.turn:
			g.page.turned++
			continue
		}
		text := c.Text
		if r[0] == 2 || r[0] == 0xfffe || r[0] == 0xad { // how pdfium writes a hyphen at a line's end
			text = "-"
		}
		b := turned(c, g.turn, g.page)
		if g.open && !g.fits(b, text) {
			raised := g.word.x1 <= b.x1
			g.end()
			space = space || !raised || b.x0-g.word.x1 > 0.15*g.word.size
		}
		if !g.open {
			g.begin(i, b, !space)
			space = false
		}
		g.word.text += text
		g.word.x0, g.word.x1 = math.Min(g.word.x0, b.x0), math.Max(g.word.x1, b.x1)
		if !b.zero() && standing(r[0]) {
			g.word.base = math.Min(g.word.base, b.y0)
			g.word.top = math.Max(g.word.top, b.y1)
		}
	}
	g.end()
}

// standing reports whether a character stands on the line, not below or above.
func standing(r rune) bool {
	if r < 0x80 {
		return strings.ContainsRune("abcdefhiklmnorstuvwxzABCDEFGHIKLMNOPRSTUVWXYZ0123456789.:!?", r)
	}
	return unicode.IsLetter(r)
}

// fits reports whether a character goes on with the open word: on the same
// line, not far away, not raised above it.
func (g *glyphs) fits(b box, text string) bool {
	w := &g.word
	if b.zero() {
		return true
	}
	if b.x0 > w.x1+0.6*w.size || b.x1 < w.x0-0.3*w.size {
		return false
	}
	if b.y0 > w.top || b.y1 < w.base-0.6*w.size {
		return false
	}
	r := []rune(text)[0]
	if !unicode.IsDigit(r) && !unicode.IsLetter(r) {
		return true
	}
	raised := b.y0 > w.base+0.22*w.size
	if w.super {
		return raised || b.y0 > w.base-0.15*w.size && b.y0 < w.base+0.15*w.size
	}
	return !raised
}

// begin starts a word, and asks for size and weight of its first character.
func (g *glyphs) begin(i int, b box, glued bool) {
	before := g.word
	g.open = true
	g.word = word{x0: b.x0, x1: b.x1, base: b.y0, top: b.y1, size: math.Max(b.y1-b.y0, 4), glued: glued}
	font, err := g.r.in.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: g.text, Index: i})
	if err == nil {
		name := strings.ToLower(font.FontName)
		g.word.bold = strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy") || strings.Contains(name, "semibd") || font.Flags&(1<<18) != 0 && strings.Contains(name, "bd")
		g.word.italic = strings.Contains(name, "italic") || strings.Contains(name, "oblique") || font.Flags&(1<<6) != 0
	}
	if size, err := g.r.in.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: g.text, Index: i}); err == nil && size.FontSize > 0.5 {
		g.word.size = size.FontSize
	}
	if origin, err := g.r.in.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: g.text, Index: i}); err == nil {
		o := turned(&responses.GetPageTextStructuredChar{PointPosition: responses.CharPosition{Left: origin.X, Right: origin.X, Top: origin.Y, Bottom: origin.Y}}, g.turn, g.page)
		g.word.base = o.y0
	}
	// A font size of 1 is scaled by the page: the letters themselves say more.
	if height := b.y1 - b.y0; height > 1.6*g.word.size || g.word.size > 6*height && height > 3 {
		g.word.size = height * 1.4
	}
	near := glued && before.size > 0 && math.Abs(before.base-g.word.base) < before.size && b.x0 >= before.x0
	g.word.super = near && g.word.base > before.base+0.2*before.size && !before.super ||
		near && before.super && math.Abs(before.base-g.word.base) < 0.1*before.size
}

func (g *glyphs) end() {
	if g.open && g.word.text != "" {
		g.page.words = append(g.page.words, g.word)
	}
	g.open = false
}

// quarter is how many quarter turns text runs counter-clockwise of level;
// pdfium counts clockwise.
func quarter(radians float64) int {
	q := math.Round(radians / (math.Pi / 2))
	if math.Abs(radians-q*math.Pi/2) > 0.1 {
		return -1
	}
	return (4 - int(q)%4) % 4
}

func mostAngle(chars []*responses.GetPageTextStructuredChar) int {
	var counts [4]int
	for _, c := range chars {
		if q := quarter(c.Angle); q >= 0 && strings.TrimSpace(c.Text) != "" {
			counts[q]++
		}
	}
	best := 0
	for q, n := range counts {
		if n > counts[best] {
			best = q
		}
	}
	return best
}

// turned gives the place of a character as if the page stood upright.
func turned(c *responses.GetPageTextStructuredChar, turn int, p *pdfPage) box {
	at := c.PointPosition
	l, r, lo, hi := at.Left, at.Right, math.Min(at.Bottom, at.Top), math.Max(at.Bottom, at.Top)
	w, h := p.width, p.height
	switch turn {
	case 1:
		return box{lo, hi, w - r, w - l}
	case 2:
		return box{w - r, w - l, h - hi, h - lo}
	case 3:
		return box{h - hi, h - lo, l, r}
	}
	return box{l, r, lo, hi}
}

// endsWhole reports whether a PDF has its end.
func endsWhole(data []byte) bool {
	return bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF"))
}
