package portable

import (
	"context"
	"errors"
)

func WriteBook(ctx context.Context, site, file, lang string) (*Summary, error) {
	return nil, errors.New("not yet")
}
