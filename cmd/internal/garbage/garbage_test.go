package garbage

import (
	"math"
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
		{0, 100 * mb, 400}, {20 * mb, 100 * mb, 400}, {25 * mb, 100 * mb, 300}, {50 * mb, 100 * mb, 100}, {80 * mb, 100 * mb, 50}, {900 * mb, 100 * mb, 50},
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
	for deadline := time.Now().Add(10 * time.Second); set() != least; runtime.GC() {
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
