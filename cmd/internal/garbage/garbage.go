// Package garbage settles how much garbage may lie before it is collected.
package garbage

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// Garbage may be so many times as much as what is in use, in percent.
const (
	least   = 50 // half of what Go does by itself
	relaxed = 400
)

// Relax lets more garbage lie than usual as long as the heap stays below room, in
// bytes: that saves much of the processor. Where more is in use, less garbage lies,
// but it is not collected without end, as it is at Go's own limit of memory. Who has set
// GOGC gets that. The function that it returns ends this.
func Relax(room uint64) (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(relaxed)
	var mu sync.Mutex
	ended := false
	afterEachCycle(func() bool {
		mu.Lock()
		defer mu.Unlock()
		if !ended {
			debug.SetGCPercent(percent(inUse(), room))
		}
		return !ended
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		debug.SetGCPercent(before)
	}
}

// percent gives how much garbage there may be beside what is in use.
func percent(inUse, room uint64) int {
	if inUse == 0 || inUse*(100+relaxed)/100 <= room {
		return relaxed
	}
	return max(least, int(room*100/inUse)-100)
}

// inUse gives how much was in use when garbage was last collected, in bytes.
func inUse() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return live[0].Value.Uint64()
}

// cycle is garbage from its beginning, so that the next collection finds it.
type cycle struct{ _ [2]*byte }

// afterEachCycle calls do after each collection of garbage until it gives false.
func afterEachCycle(do func() bool) {
	runtime.SetFinalizer(new(cycle), func(*cycle) {
		if do() {
			afterEachCycle(do)
		}
	})
}

// Spare keeps the memory of a piece of work that leaves much garbage near room, in
// bytes, above what is in use now, for more of the processor. Who has set GOMEMLIMIT
// gets that. The function that it returns ends this and gives the memory back.
func Spare(room int64) (end func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := debug.SetMemoryLimit(int64(m.HeapInuse) + room)
	return func() {
		debug.SetMemoryLimit(before)
		debug.FreeOSMemory()
	}
}
