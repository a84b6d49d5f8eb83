package indexer

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/util"
	"github.com/blevesearch/zapx/v17"
	"go.etcd.io/bbolt"
)

// storeFile is the segment that bleve's own builder writes.
const storeFile = "000000000002.zap"

// writeBleve writes the bleve index of a corpus: one that bleve makes, whose segment is
// replaced by the corpus's own. A document's number is that of its passage, and equal
// corpora give equal bytes.
func (c *corpus) writeBleve(dir string) error {
	records, err := json.Marshal(siteRecord{c.pages, c.misspellings})
	if err != nil {
		return err
	}
	if err := emptyIndex(dir); err != nil {
		return err
	}
	file := filepath.Join(dir, "store", storeFile)
	if err := os.Remove(file); err != nil {
		return err
	}
	return c.writeSegment(file, records, appendWords(nil, c.surfaces, c.surfacePages))
}

// emptyIndex writes an index without documents, whose segment is to be replaced.
// Its mapping maps nothing, since documents come mapped.
func emptyIndex(dir string) error {
	m := bleve.NewIndexMapping()
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	mapping, err := json.Marshal(m)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(map[string]string{"storage": scorch.Name, "index_type": scorch.Name})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "index_meta.json"), meta, 0o644); err != nil {
		return err
	}
	builder, err := scorch.NewBuilder(map[string]any{
		"path":                filepath.Join(dir, "store"),
		"buildPathPrefix":     dir, // on the index's own file system: bleve renames from there
		"internal":            map[string][]byte{string(util.MappingInternalKey): mapping},
		"forceSegmentType":    zap.Type,
		"forceSegmentVersion": zap.Version,
	})
	if err != nil {
		return err
	}
	if err := errors.Join(builder.Index(document.NewDocument(pagesID)), builder.Close()); err != nil {
		return err
	}
	return timeless(filepath.Join(dir, "store", "root.bolt"))
}

// timeless writes bleve's list of segments anew without the time at which it was
// written, so that equal indexes have equal bytes.
func timeless(file string) error {
	from, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	to, err := bbolt.Open(file+"-new", 0o600, nil)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	err = from.View(func(in *bbolt.Tx) error {
		return to.Update(func(out *bbolt.Tx) error {
			return in.ForEach(func(name []byte, b *bbolt.Bucket) error {
				copied, err := out.CreateBucket(name)
				if err != nil {
					return err
				}
				return copyBucket(copied, b)
			})
		})
	})
	if err := errors.Join(err, from.Close(), to.Close()); err != nil {
		return err
	}
	return os.Rename(file+"-new", file)
}

func copyBucket(to, from *bbolt.Bucket) error {
	return from.ForEach(func(key, value []byte) error {
		switch {
		case value == nil:
			within, err := to.CreateBucket(key)
			if err != nil {
				return err
			}
			return copyBucket(within, from.Bucket(key))
		case string(key) == string(util.BoltMetaDataTimeStamp):
			value = []byte(time.Unix(0, 0).UTC().Format(time.RFC3339))
		}
		return to.Put(key, value)
	})
}
