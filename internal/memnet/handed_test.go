package memnet

import "testing"

// What has been handed to somebody who waits is input until he has woken up: whether it lies in
// the buffer or with him makes no difference to who asks meanwhile.
func TestHandedIsInput(t *testing.T) {
	for name, text := range map[string]string{"it fits": "a1 NOOP\r\n", "it does not": "a1 NOOP but for longer\r\n"} {
		client, server := Pipe()
		in := server.(*Conn).in
		in.wanted = make([]byte, 16) // somebody who does not wake up
		if server.(*Conn).HasInput() {
			t.Errorf("%s: input before there is any", name)
		}
		for range 2 {
			if _, err := client.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if !server.(*Conn).HasInput() {
				t.Errorf("%s: no input, but %d bytes handed and %d in the buffer", name, in.handed, len(in.buf))
			}
		}
	}
}
