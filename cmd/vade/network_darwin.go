package main

import "syscall"

// networkTypes are the names of file systems whose files other computers write.
var networkTypes = map[string]bool{"nfs": true, "smbfs": true, "afpfs": true, "webdav": true, "macfuse": true}

// onNetwork tells whether a folder lies on a drive of another computer.
func onNetwork(dir string) bool {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return false
	}
	var name []byte
	for _, c := range s.Fstypename {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	return networkTypes[string(name)]
}
