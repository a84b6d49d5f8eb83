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
			remedied, is := WithRemedy(err)
			got := remedied.Error()
			if !is || !strings.Contains(got, "site/page") || !strings.Contains(got, remedy) {
				t.Errorf("%q names no file or no remedy", got)
			}
			if again, _ := WithRemedy(errors.New(got)); again.Error() != got {
				t.Errorf("a remedy is told twice: %q", again)
			}
			if !errors.Is(remedied, err) {
				t.Errorf("%q is not the error that it tells", got)
			}
		}
	}
	for _, err := range []error{nil, errors.New("a link leads nowhere"), fmt.Errorf("x: %w", fs.ErrNotExist), several{"a", "b"}} {
		if got, is := WithRemedy(err); is || fmt.Sprint(got) != fmt.Sprint(err) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// several cannot be compared.
type several []string

func (s several) Error() string { return strings.Join(s, ", ") }
