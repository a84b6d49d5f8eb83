//go:build !linux && !darwin && !windows

package main

// onNetwork tells whether a folder lies on a drive of another computer. Nobody
// has taught this system to tell, so each is taken for one.
func onNetwork(string) bool { return true }
