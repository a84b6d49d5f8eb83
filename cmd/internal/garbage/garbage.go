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
	scarce  = 25 // where garbage beside much in use would take more than the room
	least   = 50 // half of what Go does by itself
	relaxed = 400
)

// Relax lets more garbage lie than usual as long as the heap stays below room, in
// bytes: that saves much of the processor. Memory that is free goes back to the system
// at about the same bound, Go's own limit of memory. Where more is in use, less garbage lies,
// but both bounds rise, so that it is not collected without end. Who has set
// GOGC or GOMEMLIMIT gets that. The function that it returns ends this.
func Relax(room uint64) (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before, limitBefore := debug.SetGCPercent(relaxed), debug.SetMemoryLimit(limit(0, room))
	var mu sync.Mutex
	ended := false
	afterEachCycle(func() bool {
		mu.Lock()
		defer mu.Unlock()
		if !ended {
			now := inUse()
			debug.SetGCPercent(percent(now, room))
			debug.SetMemoryLimit(limit(now, room))
		}
		return !ended
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limitBefore)
	}
}

// limit gives Go's limit of memory, which counts what the heap needs beside its
// objects, too: far enough from what is in use that collections pay.
func limit(inUse, room uint64) int64 { return int64(max(room+room/8, 2*inUse)) }

// percent gives how much garbage there may be beside what is in use. Beside much more than
// the room it is about as much as the room.
func percent(inUse, room uint64) int {
	if inUse == 0 || inUse*(100+relaxed)/100 <= room {
		return relaxed
	}
	within := int(room * 100 / inUse)
	return max(scarce, min(least, within), within-100)
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
