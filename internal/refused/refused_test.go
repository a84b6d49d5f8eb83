package refused

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// What the system refuses is told with the file and one remedy, also where only its
// words came; other errors stay as they are.
func TestWithRemedy(t *testing.T) {
	for remedy, fault := range map[string]error{"make room": syscall.ENOSPC, "that you may write": syscall.EROFS, "read and write": syscall.EACCES, "ulimit": syscall.EMFILE} {
		for _, err := range []error{&fs.PathError{Op: "write", Path: "site/page", Err: fault}, errors.New("hugo: write site/page: " + fault.Error())} {
			got := WithRemedy(err).Error()
			if !strings.Contains(got, "site/page") || !strings.Contains(got, remedy) {
				t.Errorf("%q names no file or no remedy", got)
			}
			if again := WithRemedy(errors.New(got)).Error(); again != got {
				t.Errorf("a remedy is told twice: %q", again)
			}
			if !errors.Is(WithRemedy(err), err) {
				t.Errorf("%q is not the error that it tells", got)
			}
		}
	}
	for _, err := range []error{nil, errors.New("a link leads nowhere"), fmt.Errorf("x: %w", fs.ErrNotExist)} {
		if got := WithRemedy(err); !errors.Is(got, err) || got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}
