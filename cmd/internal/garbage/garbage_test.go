package garbage

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		inUse, room uint64
		want        int
	}{
		{0, 100 * mb, 400}, {20 * mb, 100 * mb, 400}, {25 * mb, 100 * mb, 300}, {50 * mb, 100 * mb, 100}, {80 * mb, 100 * mb, 50}, {150 * mb, 100 * mb, 50}, {250 * mb, 100 * mb, 40}, {900 * mb, 100 * mb, 25},
	} {
		if got := percent(c.inUse, c.room); got != c.want {
			t.Errorf("%d MB in use, room for %d: %d %%, want %d", c.inUse/mb, c.room/mb, got, c.want)
		}
	}
}

func TestLimit(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct{ inUse, room, want uint64 }{{0, 160 * mb, 180 * mb}, {90 * mb, 160 * mb, 180 * mb}, {100 * mb, 160 * mb, 200 * mb}} {
		if got := limit(c.inUse, c.room); got != int64(c.want) {
			t.Errorf("%d MB in use, room for %d: %d MB, want %d", c.inUse/mb, c.room/mb, got/mb, c.want/mb)
		}
	}
}

// A program that needs more than the room collects often, and afterwards all is as
// it was.
func TestRelax(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	end := Relax(1)
	set := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	for deadline := time.Now().Add(10 * time.Second); set() != scarce; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("garbage lies about though there is no room")
		}
	}
	end()
	runtime.GC()
	if now := set(); now != 100 {
		t.Errorf("%d %% stay", now)
	}
	if now := debug.SetMemoryLimit(-1); now != math.MaxInt64 {
		t.Errorf("a limit of %d bytes stays", now)
	}
	held := make([]byte, 1<<20)
	end = Relax(1 << 40)
	defer end()
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	if now := set(); now != relaxed {
		t.Errorf("with room there is %d %%", now)
	}
	runtime.KeepAlive(held)
}

// Work that leaves ten times its room as garbage stays near its room.
func TestSpare(t *testing.T) {
	const room = 32 << 20
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, highest := m.HeapInuse, uint64(0)
	debug.SetGCPercent(-1) // nothing but the limit collects
	end := Spare(room)
	for range 10 * room >> 20 {
		keep = make([]byte, 1<<20)
		runtime.ReadMemStats(&m)
		highest = max(highest, m.HeapInuse)
	}
	end()
	debug.SetGCPercent(100)
	if highest > base+2*room {
		t.Errorf("%d MB in use above %d MB", (highest-base)>>20, base>>20)
	}
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 && os.Getenv("GOMEMLIMIT") == "" {
		t.Errorf("the limit stays at %d", limit)
	}
}

var keep []byte
