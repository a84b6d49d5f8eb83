//go:build ignore

// Pack compresses the WebAssembly module of go-pdfium, in the version that go.mod
// names, into the file beside it. The program is 3.5 MB smaller for it.
package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

func main() {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/klippa-app/go-pdfium").Output()
	if err != nil {
		log.Fatal(err)
	}
	module, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal", "pdfium_wasm", "pdfium.wasm"))
	if err != nil {
		log.Fatal(err)
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("pdfium", "pdfium.wasm.zst"), w.EncodeAll(module, nil), 0o644); err != nil {
		log.Fatal(err)
	}
}
