package portable

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// The parts of a zip as they stand in a file, by the format's published description.
const (
	localHeader   = "PK\x03\x04"
	descriptor    = "PK\x07\x08"
	centralHeader = "PK\x01\x02"
	endRecord     = "PK\x05\x06"
	end64Record   = "PK\x06\x06"
	end64Locator  = "PK\x06\x07"
)

const (
	localSize, centralSize, endSize = 30, 46, 22
	end64Size, locatorSize          = 56, 20
	descriptorSize, descriptor64    = 16, 24
)

// Flags of an entry that pack sets: sizes follow the data, and the name is UTF-8.
const sizesFollow, nameUTF8 = 0x8, 0x800

// checkShape refuses a zip that two programs could read as two different ones. It
// walks through the file as it stands: each entry follows the one before, says of
// itself what the list at the end says of it, and nothing stands before, between or
// behind.
func checkShape(in io.ReaderAt, size int64, entries []*zip.File) error {
	at := int64(0)
	for _, entry := range entries {
		next, err := checkLocal(in, at, entry)
		if err != nil {
			return err
		}
		at = next
	}
	listed, err := checkList(in, at, entries)
	if err != nil {
		return err
	}
	return checkEnd(in, at, listed, size, len(entries))
}

func readAt(in io.ReaderAt, at int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := in.ReadAt(b, at); err != nil {
		return nil, fmt.Errorf("it ends too early (%w)", err)
	}
	return b, nil
}

// checkLocal compares an entry where it stands with the list, and gives where the next one begins.
func checkLocal(in io.ReaderAt, at int64, entry *zip.File) (next int64, err error) {
	h, err := readAt(in, at, localSize)
	if err != nil {
		return 0, err
	}
	u16 := binary.LittleEndian.Uint16
	u32 := binary.LittleEndian.Uint32
	name := int(u16(h[26:]))
	rest := name + int(u16(h[28:]))
	more, err := readAt(in, at+localSize, rest)
	data, offsetErr := entry.DataOffset()
	streamed := entry.Flags&sizesFollow != 0
	sizes := [3]uint32{entry.CRC32, uint32(entry.CompressedSize64), uint32(entry.UncompressedSize64)}
	if streamed {
		sizes = [3]uint32{}
	}
	switch {
	case err != nil:
		return 0, err
	case string(h[:4]) != localHeader && at == 0:
		return 0, fmt.Errorf("something else stands before its first file")
	case string(h[:4]) != localHeader || offsetErr != nil || data != at+localSize+int64(rest):
		return 0, fmt.Errorf("something else stands before %q, or its files are not in the order of its list", entry.Name)
	case string(more[:name]) != entry.Name || !bytes.Equal(more[name:], entry.Extra) || u16(h[4:]) != entry.ReaderVersion ||
		u16(h[6:]) != entry.Flags || u16(h[8:]) != entry.Method || u16(h[10:]) != entry.ModifiedTime || u16(h[12:]) != entry.ModifiedDate ||
		[3]uint32{u32(h[14:]), u32(h[18:]), u32(h[22:])} != sizes:
		return 0, fmt.Errorf("%q calls itself otherwise than the list does", entry.Name)
	}
	next = data + int64(entry.CompressedSize64)
	if !streamed {
		return next, nil
	}
	length := descriptorSize
	if entry.CompressedSize64 > 1<<32-1 || entry.UncompressedSize64 > 1<<32-1 {
		length = descriptor64
	}
	d, err := readAt(in, next, length)
	if err != nil {
		return 0, err
	}
	if length == descriptorSize && u32(d[12:]) != uint32(entry.UncompressedSize64) || string(d[:4]) != descriptor || u32(d[4:]) != entry.CRC32 {
		return 0, fmt.Errorf("%q calls itself otherwise than the list does", entry.Name)
	}
	return next + int64(length), nil
}

// checkList walks through the list at the end and gives where it stops.
func checkList(in io.ReaderAt, at int64, entries []*zip.File) (end int64, err error) {
	for _, entry := range entries {
		h, err := readAt(in, at, centralSize)
		if err != nil {
			return 0, err
		}
		if string(h[:4]) != centralHeader {
			return 0, fmt.Errorf("something else stands before its list of files")
		}
		u16 := binary.LittleEndian.Uint16
		if u16(h[34:]) != 0 || u16(h[36:]) != 0 {
			return 0, fmt.Errorf("%q says that it stands in another file", entry.Name)
		}
		if u16(h[32:]) != 0 {
			return 0, fmt.Errorf("%q has a comment, which vade pack does not write", entry.Name)
		}
		at += centralSize + int64(u16(h[28:])) + int64(u16(h[30:]))
	}
	return at, nil
}

// checkEnd looks at what follows the list: one record, or three in a large zip, and nothing more.
func checkEnd(in io.ReaderAt, list, at, size int64, files int) error {
	const junk = "something else stands behind its list of files"
	if files >= 1<<16-1 || list >= 1<<32-1 {
		h, err := readAt(in, at, end64Size+locatorSize)
		if err != nil {
			return err
		}
		if string(h[:4]) != end64Record || string(h[end64Size:end64Size+4]) != end64Locator {
			return errors.New(junk)
		}
		at += end64Size + locatorSize
	}
	if size != at+endSize {
		return errors.New(junk)
	}
	h, err := readAt(in, at, endSize)
	if err != nil {
		return err
	}
	u16 := binary.LittleEndian.Uint16
	if string(h[:4]) != endRecord || u16(h[4:]) != 0 || u16(h[6:]) != 0 || u16(h[8:]) != u16(h[10:]) || int(u16(h[10:])) != min(files, 1<<16-1) {
		return errors.New(junk)
	}
	return nil
}

// checkEntries refuses a zip whose list names what vade pack does not write, or what
// no computer should unpack. What it says of sizes holds for what is read later, too.
func checkEntries(entries []*zip.File, size int64) error {
	if len(entries) > maxFiles {
		return fmt.Errorf("it holds %d files, more than the %d that are allowed", len(entries), maxFiles)
	}
	seen := namesSeen{}
	total := uint64(0)
	for _, entry := range entries {
		if err := checkEntry(entry); err != nil {
			return err
		}
		if err := seen.add(entry.Name); err != nil {
			return err
		}
		total += entry.UncompressedSize64
		if total > maxTotal || total > ratioFrom && total/maxRatio > uint64(size) {
			return fmt.Errorf("it grows to more than %d MB when unpacked, which no site does", total>>20)
		}
	}
	return nil
}

func checkEntry(entry *zip.File) error {
	mode := entry.Mode()
	switch {
	case mode.IsDir():
		return fmt.Errorf("%q is a folder entry, which vade pack does not write", entry.Name)
	case mode&fs.ModeType != 0:
		return fmt.Errorf("%q is a link or a device, which vade pack does not write", entry.Name)
	case mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0 || mode.Perm()&0o111 != 0:
		return fmt.Errorf("%q may be run as a program (mode %v), which vade pack does not write", entry.Name, mode)
	case entry.Flags&^(sizesFollow|nameUTF8) != 0:
		return fmt.Errorf("%q is encrypted, or packed in a way that vade pack does not use (flags %#x)", entry.Name, entry.Flags)
	case entry.Method != zip.Deflate && entry.Method != zip.Store:
		return fmt.Errorf("%q is packed in a way that vade pack does not use (method %d)", entry.Name, entry.Method)
	case entry.Method == zip.Store && entry.CompressedSize64 != entry.UncompressedSize64:
		return fmt.Errorf("%q does not have the size that it says", entry.Name)
	case entry.UncompressedSize64 > maxFile || entry.UncompressedSize64 > ratioFrom/4 && entry.UncompressedSize64/(5*maxRatio) > entry.CompressedSize64:
		return fmt.Errorf("%q grows to %d MB when unpacked, which no file of a site does", entry.Name, entry.UncompressedSize64>>20)
	}
	return nil
}
