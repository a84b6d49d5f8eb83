package main

import "syscall"

// networkTypes are the magic numbers of file systems whose files other computers
// write, and of those that may be one underneath (FUSE, 9p): NFS, SMB, CIFS,
// SMB2, Ceph, AFS, FUSE, 9p.
var networkTypes = map[uint32]bool{
	0x6969: true, 0x517b: true, 0xff534d42: true, 0xfe534d42: true,
	0x00c36400: true, 0x5346414f: true, 0x65735546: true, 0x01021997: true,
}

// onNetwork tells whether a folder lies on a drive of another computer.
func onNetwork(dir string) bool {
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) == nil && networkTypes[uint32(s.Type)]
}
