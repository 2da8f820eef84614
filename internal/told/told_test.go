package told

import "testing"

// A failure that is explained is so for its test and those around it, and for no other; and
// for no longer than the test has servers.
func TestTold(t *testing.T) {
	names := []string{"TestA", "TestA/sub", "TestA/other", "TestB"}
	var leave []func()
	for _, name := range append(names, "TestA") {
		leave = append(leave, Join(name))
	}
	Tell("TestA/sub/deeper")
	for name, want := range map[string]bool{"TestA": true, "TestA/sub": true, "TestA/other": false, "TestB": false, "": false, "TestA/sub/deeper": false} {
		if got := Knows(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
	leave[4]()
	leave[4]()
	if !Knows("TestA") {
		t.Error("a server of TestA is left")
	}
	for _, leave := range leave {
		leave()
	}
	if len(tests.byName) != 0 {
		t.Errorf("left: %v", tests.byName)
	}
	defer Join("TestA")()
	if Knows("TestA") {
		t.Error("the test runs again")
	}
}
