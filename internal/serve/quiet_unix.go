//go:build unix

package serve

import "syscall"

// hasInputFD looks at the socket.
func hasInputFD(nc any) (has bool) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		has = err == nil // a byte, or the end
	})
	return has
}
