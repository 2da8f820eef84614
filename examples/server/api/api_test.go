package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

var update = flag.Bool("update", false, "write openapi.json and API.md anew")

// The two descriptions beside the code are what the table says.
func TestDescriptions(t *testing.T) {
	for file, want := range map[string][]byte{"openapi.json": OpenAPI(), "API.md": Docs()} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the table says (%v): run go test ./examples/server/api -update", file, err)
		}
	}
}

// door is an API over HTTP, for one test. It notes which operations were asked for.
type door struct {
	*API
	t   *testing.T
	url string
}

func open(t *testing.T, opts ...imaptest.Option) *door {
	t.Helper()
	a, err := Start(append([]imaptest.Option{imaptest.WithSMTP()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(Guard("", a))
	t.Cleanup(func() {
		web.Close()
		if err := a.Close(); err != nil {
			t.Errorf("at the end: %v", err)
		}
	})
	return &door{a, t, web.URL}
}

// ask sends a request and wants this status. A body that is no string is sent as JSON.
func (d *door) ask(status int, method, path string, body any) string {
	d.t.Helper()
	var in io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(body)
	default:
		b, err := json.Marshal(body)
		if err != nil {
			d.t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, d.url+path, in)
	if err != nil {
		d.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return d.send(status, r)
}

func (d *door) send(status int, r *http.Request) string {
	d.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if answer.StatusCode != status {
		d.t.Fatalf("%s %s: got %d %s, want %d", r.Method, r.URL.Path, answer.StatusCode, b, status)
	}
	return string(b)
}

// post asks for what there is an answer for, or none.
func (d *door) post(path string, body any) map[string]any {
	d.t.Helper()
	status := http.StatusOK
	for _, op := range Operations() {
		if op.Method == http.MethodPost && matches(op.Path, strings.TrimPrefix(path, "/api")) && kindOf(op.out) == "" {
			status = http.StatusNoContent
		}
	}
	return object(d.t, d.ask(status, http.MethodPost, path, body))
}

func (d *door) get(path string) map[string]any {
	d.t.Helper()
	return object(d.t, d.ask(http.StatusOK, http.MethodGet, path, nil))
}

func object(t *testing.T, text string) (o map[string]any) {
	t.Helper()
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// matches says whether a path is one of an operation, "/holds/{id}/wait".
func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}

type obj = map[string]any

func client(t *testing.T, d *door) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(d.get("/api/health")["imap"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// What a test in another language does most: mail in, the client under test, mail as it is
// then.
func TestMail(t *testing.T) {
	d := open(t)
	uid := d.post("/api/deliver", obj{"message": "Subject: =?utf-8?q?L=C3=BCnch?=\r\nFrom: \"Ann\" <ann@example.com>\r\n\r\nAt noon?\r\n", "flags": []string{`\Flagged`}})["uid"]
	if uid != 1.0 {
		t.Errorf("got UID %v, want 1", uid)
	}
	snap := d.post("/api/snapshot", nil)["id"].(string)
	c := client(t, d)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	d.post("/api/flags", obj{"uids": []int{1}, "add": []string{`\Seen`, "$Work"}, "remove": []string{`\Flagged`}})
	diff := d.get("/api/snapshot/" + snap + "/diff")
	if got, want := diff["lines"].([]any)[0], `INBOX 1 -\Flagged +\Seen +$Work`; len(diff["lines"].([]any)) != 1 || !strings.Contains(got.(string), `\Seen`) {
		t.Errorf("got %v, want one line such as %s", diff["lines"], want)
	}
	d.post("/api/wait/flags", obj{"uid": 1, "flags": []string{`\Seen`, "$Work"}})
	d.post("/api/mailbox/create", obj{"mailbox": "Old"})
	d.post("/api/move", obj{"uids": []int{1}, "to": "Old"})
	d.post("/api/mailbox/rename", obj{"mailbox": "Old", "to": "Older"})
	message := d.post("/api/wait/message", obj{"mailbox": "Older", "subject": "Lünch", "flagged": []string{`\Seen`}})
	if message["from"] != `"Ann" <ann@example.com>` || message["uid"] != 1.0 {
		t.Errorf("got %v, want the message from Ann with UID 1", message)
	}
	if source := d.ask(http.StatusOK, "GET", "/api/message?mailbox=Older&uid=1", nil); !strings.HasSuffix(source, "At noon?\r\n") {
		t.Errorf("got %q, want the source", source)
	}
	d.post("/api/wait/count", obj{"count": 0})
	d.post("/api/wait/exists", obj{"mailbox": "Older"})
	d.post("/api/snapshot/"+snap+"/restore", nil)
	if got := d.get("/api/snapshot/" + snap + "/diff")["lines"].([]any); len(got) != 0 {
		t.Errorf("after restore: got %v, want no difference", got)
	}
	d.post("/api/expunge", obj{"uids": []int{1}})
	if v := d.post("/api/mailbox/bump", nil)["uidValidity"].(float64); v < 2 {
		t.Errorf("got UIDVALIDITY %v, want a new one", v)
	}
	d.post("/api/mailbox/delete", obj{"mailbox": "Drafts"})
	if page := d.ask(http.StatusOK, "GET", "/api/report", nil); !strings.HasPrefix(page, "<!") || !strings.Contains(page, "SELECT") {
		t.Errorf("got %.200s, want a report", page)
	}
	if text := d.ask(http.StatusOK, "GET", "/api/state.txt", nil); !strings.Contains(text, "Drafts: no mailbox") || !strings.Contains(text, "INBOX") {
		t.Errorf("got %s, want INBOX and no Drafts", text)
	}
}

// Bytes of a message come in as they are, from a file or in base64.
func TestDeliverBytes(t *testing.T) {
	d := open(t)
	raw := "Subject: bytes\r\n\r\n\xff\xfe\r\n"
	r, _ := http.NewRequest("POST", d.url+"/api/deliver?flags=%5CSeen&flags=%5CDraft&date=2024-05-01T10:00:00Z", strings.NewReader(raw))
	r.Header.Set("Content-Type", "message/rfc822")
	d.send(http.StatusOK, r)
	d.post("/api/deliver", obj{"base64": []byte(raw)})
	r, _ = http.NewRequest("POST", d.url+"/api/deliver", strings.NewReader(raw)) // a file, as a browser sends it
	d.send(http.StatusOK, r)
	for uid, flags := range map[string]int{"1": 2, "2": 0, "3": 0} {
		if got := d.ask(http.StatusOK, "GET", "/api/message?uid="+uid, nil); got != raw {
			t.Errorf("UID %s: got %q, want %q", uid, got, raw)
		}
		account := d.get("/api/state")["accounts"].([]any)[0].(obj)
		inbox := account["mailboxes"].([]any)[0].(obj)
		message := inbox["messages"].([]any)[int(uid[0]-'1')].(obj)
		if got := message["flags"].([]any); len(got) != flags {
			t.Errorf("UID %s: got flags %v, want %d", uid, got, flags)
		}
	}
}

// A rule breaks what it says, and a hold holds.
func TestRulesAndHolds(t *testing.T) {
	d := open(t)
	id := d.post("/api/rules", obj{"on": "NOOP", "nth": 2, "do": []obj{{"verb": "no", "text": "[UNAVAILABLE] later"}}})["id"].(string)
	c := client(t, d)
	if err := c.Noop().Wait(); err != nil {
		t.Errorf("the 1st NOOP: got %v, want OK", err)
	}
	d.ask(http.StatusConflict, "POST", "/api/rules/check", nil)
	if err := c.Noop().Wait(); err == nil || !strings.Contains(err.Error(), "later") {
		t.Errorf("the 2nd NOOP: got %v, want the rule's NO", err)
	}
	rules := d.get("/api/rules")["rules"].([]any)
	if len(rules) != 1 || rules[0].(obj)["fired"] != 1.0 || rules[0].(obj)["id"] != id {
		t.Errorf("got %v, want one rule that fired once", rules)
	}
	d.post("/api/rules/check", nil)
	d.ask(http.StatusNoContent, "DELETE", "/api/rules/"+id, nil)

	hold := d.post("/api/holds", obj{"on": "SELECT", "where": "after"})["id"].(string)
	selected := make(chan error, 1)
	go func() {
		_, err := c.Select("INBOX", nil).Wait()
		selected <- err
	}()
	d.post("/api/holds/"+hold+"/wait", obj{"timeout": "30s"})
	if state := d.get("/api/holds/" + hold); state["reached"] != true || state["released"] != false {
		t.Errorf("got %v, want it reached and held", state)
	}
	d.post("/api/holds/"+hold+"/release", nil)
	if err := <-selected; err != nil {
		t.Error(err)
	}
	d.ask(http.StatusConflict, "POST", "/api/holds/"+hold+"/release", nil)
	d.post("/api/wait/command", obj{"command": "SELECT INBOX"})
	journal := d.get("/api/journal")["commands"].([]any)
	if last := journal[len(journal)-1].(obj); last["name"] != "SELECT" || last["status"] != "OK" {
		t.Errorf("got %v, want the SELECT", last)
	}
	d.ask(http.StatusNoContent, "DELETE", "/api/rules", nil)
}

// Every verb of the tables can be made with what it takes, and does not do without.
func TestVerbs(t *testing.T) {
	t.Parallel()
	full := Verb{Text: "text", Lines: []string{"* OK hi"}, N: 3, Every: 1, Item: "FLAGS", Pattern: "x", Replacement: "y", Caps: []string{"IDLE"}, User: "user", Code: 450, Enhanced: "4.2.1"}
	values := obj{}
	b, _ := json.Marshal(full)
	json.Unmarshal(b, &values)
	d := open(t)
	for _, name := range pointNames() {
		for _, v := range points[name].verbs {
			takes, _ := points[name].needs(v)
			made := obj{"verb": v}
			rule := obj{"point": name, "optional": true, "do": []obj{made}}
			if points[name].pattern {
				rule["on"] = map[string]string{"command": "FETCH", "smtp": "RCPT"}[name]
				if strings.HasSuffix(v, "Certificate") || v == "failHandshake" {
					rule["on"] = "TLS"
				}
			}
			for _, f := range takes {
				f = strings.TrimSuffix(f, "?")
				made[f] = values[f]
			}
			switch v { // what imaptest itself looks at
			case "tagged":
				made["text"] = "NO later"
			case "wrongTag":
				made["text"] = "t99"
			}
			id := d.post("/api/rules", rule)["id"].(string)
			d.ask(http.StatusNoContent, "DELETE", "/api/rules/"+id, nil)
			for _, f := range takes {
				if !strings.HasSuffix(f, "?") {
					value := made[f]
					delete(made, f)
					d.ask(http.StatusBadRequest, "POST", "/api/rules", rule)
					made[f] = value
				}
			}
		}
	}
}

// A mistake in a rule is told at once, in imaptest's words, and leaves nothing behind.
func TestWrongRules(t *testing.T) {
	d := open(t)
	for _, row := range []struct {
		rule   obj
		status int
		says   string
	}{
		{obj{"on": "FECTH", "do": []obj{{"verb": "drop"}}}, 409, "FETCH"},
		{obj{"on": "FETCH", "do": []obj{{"verb": "drop"}, {"verb": "reply", "lines": []string{"* OK"}}}}, 409, "Reply"},
		{obj{"point": "smtp", "on": "RCPT", "do": []obj{{"verb": "failHandshake"}}}, 409, "RCPT"},
		{obj{"on": "FETCH", "do": []obj{{"verb": "explode"}}}, 400, "omitItem"},
		{obj{"on": "FETCH", "do": []obj{{"verb": "drop", "text": "x"}}}, 400, "drop takes no text"},
		{obj{"on": "FETCH"}, 400, "do"},
		{obj{"do": []obj{{"verb": "drop"}}}, 400, "on"},
		{obj{"point": "tls", "as": "user", "do": []obj{{"verb": "drop"}}}, 400, "as"},
		{obj{"point": "tls", "on": "X", "do": []obj{{"verb": "drop"}}}, 400, "on"},
		{obj{"point": "pop", "do": []obj{{"verb": "drop"}}}, 400, "smtp"},
		{obj{"on": "FETCH", "when": 3}, 400, "when"},
	} {
		if text := d.ask(row.status, "POST", "/api/rules", row.rule); !strings.Contains(text, row.says) {
			t.Errorf("%v: got %s, want it to say %s", row.rule, text, row.says)
		}
	}
	if rules := d.get("/api/rules")["rules"].([]any); len(rules) != 0 {
		t.Errorf("got %v, want none", rules)
	}
	d.ask(409, "POST", "/api/holds", obj{"on": "FECTH"})
	d.ask(400, "POST", "/api/holds", obj{"on": "FETCH", "where": "behind"})
	d.ask(400, "POST", "/api/holds", obj{"on": "FETCH", "line": 2})
}

// What is asked for wrongly is said with a status and a sentence.
func TestWrongRequests(t *testing.T) {
	d := open(t)
	for _, row := range []struct {
		status             int
		method, path, body string
		says               string
	}{
		{404, "GET", "/api", "", "openapi.json"},
		{404, "GET", "/api/", "", "openapi.json"},
		{404, "GET", "/api//health", "", "openapi.json"},
		{404, "GET", "/api/../api/health", "", "openapi.json"},
		{404, "GET", "/api/health/", "", "openapi.json"},
		{404, "GET", "/api/%2e%2e/%2e%2e/etc/passwd", "", "openapi.json"},
		{404, "GET", "/api/sent/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "", "openapi.json"},
		{404, "GET", "/api/snapshot/%00/diff", "", "no snapshot"},
		{405, "PUT", "/api/health", "", "PUT /api/health: want GET"},
		{405, "OPTIONS", "/api/rules", "", "want GET or POST or DELETE"},
		{405, "BREW", "/api/holds/1/wait", "", "want POST"},
		{400, "POST", "/api/deliver", `{"mailbox":`, "JSON: it ends too early"},
		{400, "POST", "/api/deliver", `{"message":"x"`, "JSON: it ends too early"},
		{400, "POST", "/api/deliver", `{"message":"x",}`, "JSON: "},
		{400, "POST", "/api/deliver", `[1,2]`, "want a JSON object"},
		{400, "POST", "/api/deliver", `null`, "want a JSON object"},
		{400, "POST", "/api/deliver", "\x00\xff", "JSON: "},
		{400, "POST", "/api/deliver", `{}`, "message: it is missing"},
		{400, "POST", "/api/deliver", `{"message":"x","message":"y"}`, "message: said twice"},
		{400, "POST", "/api/deliver", `{"Message":"x"}`, `unknown field \"Message\" (have account, base64`},
		{400, "POST", "/api/deliver", `{"message":7}`, "message: got number, want string"},
		{400, "POST", "/api/deliver", `{"message":"x","base64":"eA=="}`, "want one of them"},
		{400, "POST", "/api/deliver", `{"base64":"%%%"}`, "base64: illegal base64"},
		{400, "POST", "/api/deliver", `{"message":"x","date":"tomorrow"}`, "date: "},
		{400, "POST", "/api/rules", `{"on":"FETCH","do":[{"verb":"no","n":"x"}]}`, "do.n: got string, want integer"},
		{400, "POST", "/api/rules", `{"on":"FETCH","do":[{"verb":"no","m":1}]}`, "do: unknown field"},
		{400, "POST", "/api/rules", `{"on":"FETCH"}`, "do: it is missing"},
		{400, "POST", "/api/wait/count", `{"count":1e99}`, "count: got number 1e99, want integer"},
		{400, "POST", "/api/wait/count", `{"count":-1}`, "count: got -1"},
		{400, "POST", "/api/wait/conns", `{"count":-1}`, "count: got -1"},
		{400, "POST", "/api/wait/command", `{"command":"NOOP","count":-1}`, "count: got -1"},
		{400, "POST", "/api/wait/sent", `{"count":-1}`, "count: got -1"},
		{400, "POST", "/api/wait/count", `{}`, "count: it is missing"},
		{400, "POST", "/api/wait/count", `{"count":1,"timeout":"-1s"}`, "timeout: got -1s"},
		{400, "POST", "/api/wait/count", `{"count":1,"timeout":"1"}`, "timeout: missing unit"},
		{400, "POST", "/api/reset", `{"x":1}`, `unknown field \"x\" (have none)`},
		{400, "GET", "/api/message", "", "uid: it is missing"},
		{400, "GET", "/api/message?uid=1&uid=2", "", "uid: said twice"},
		{400, "GET", "/api/message?uid=-1", "", "uid: got number -1, want integer"},
		{404, "GET", "/api/nothing", "", "openapi.json"},
		{404, "GET", "/api/snapshot/7/diff", "", "no snapshot"},
		{404, "DELETE", "/api/rules/7", "", "no rule"},
		{404, "GET", "/api/sent/1", "", "0 were sent"},
		{409, "POST", "/api/deliver", `{"mailbox":"Inbx","message":"Subject: x\r\n\r\n"}`, "Create"},
		{409, "POST", "/api/wait/count", `{"count":3,"timeout":"20ms"}`, "waited"},
		{400, "POST", "/api/wait/count", `{"count":3,"timeout":"2h"}`, "at most"},
		{400, "POST", "/api/wait/count", `{"count":"three"}`, "count"},
		{400, "POST", "/api/wait/message", `{}`, "condition"},
		{400, "POST", "/api/deliver", `{"mesage":"x"}`, "mesage"},
		{400, "POST", "/api/deliver?mailbox=INBOX", `{}`, "query"},
		{400, "POST", "/api/deliver", `{} {}`, "more than one"},
		{400, "GET", "/api/message?uid=x", "", "uid"},
		{400, "GET", "/api/message?id=1", "", "id"},
		{409, "PUT", "/api/fixture", `{"fixture":"-- x/INBOX/mailbox.txt --\nnonsense\n"}`, "mailbox.txt"},
	} {
		var body any
		if row.body != "" {
			body = row.body
		}
		text := d.ask(row.status, row.method, row.path, body)
		if !strings.Contains(text, row.says) {
			t.Errorf("%s %s %s: got %s, want it to say %s", row.method, row.path, row.body, text, row.says)
		}
		if o := object(t, text); len(o) != 1 || o["error"] == "" || strings.Count(text, "\n") != 1 || strings.Contains(text, "Go ") {
			t.Errorf("%s %s %s: got %q, want one line with an error alone, in words that are not Go's", row.method, row.path, row.body, text)
		}
	}
	r, _ := http.NewRequest("POST", d.url+"/api/deliver", strings.NewReader("Subject: x\r\n\r\n"))
	r.Header.Set("Content-Type", "text/plain") // what a form of another site can send
	if text := d.send(http.StatusUnsupportedMediaType, r); !strings.Contains(text, "message/rfc822") {
		t.Errorf("got %s, want the types that there are", text)
	}
}

// What is too large is not taken, however it is sent.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.limit = 1000
	large := strings.Repeat("x", 1001)
	if text := d.ask(http.StatusRequestEntityTooLarge, "POST", "/api/deliver", obj{"message": large}); !strings.Contains(text, "more than 1000 bytes") {
		t.Errorf("got %s, want how much it may be", text)
	}
	d.ask(http.StatusRequestEntityTooLarge, "POST", "/api/deliver", strings.Repeat(" ", 1001)+"{}")
	r, _ := http.NewRequest("POST", d.url+"/api/deliver", strings.NewReader(large))
	r.Header.Set("Content-Type", "message/rfc822")
	d.send(http.StatusRequestEntityTooLarge, r)
	if n := len(d.get("/api/journal")["commands"].([]any)); n != 0 {
		t.Errorf("got %d commands", n)
	}
	d.post("/api/wait/count", obj{"count": 0})
}

// Requests may come at the same time, whatever they do; each has an answer.
func TestParallel(t *testing.T) {
	t.Parallel()
	d := open(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 4 {
				snap := d.post("/api/snapshot", nil)["id"].(string)
				d.post("/api/deliver", obj{"message": "Subject: x\r\n\r\n"})
				d.post("/api/mailbox/bump", nil)
				id := d.post("/api/rules", obj{"on": "NOOP", "optional": true, "do": []obj{{"verb": "no", "text": "x"}}})["id"].(string)
				hold := d.post("/api/holds", obj{"on": "NOOP", "optional": true})["id"].(string)
				d.get("/api/holds/" + hold)
				d.get("/api/rules")
				d.get("/api/state")
				d.get("/api/snapshot/" + snap + "/diff")
				d.ask(http.StatusOK, "GET", "/api/report", nil)
				d.ask(http.StatusNoContent, "DELETE", "/api/rules/"+id, nil)
				if i == 3 {
					d.post("/api/drop", nil)
					d.post("/api/mark", nil)
				}
			}
		})
	}
	all.Wait()
	d.post("/api/wait/count", obj{"count": 32})
	d.post("/api/reset", nil)
	d.post("/api/wait/count", obj{"count": 0})
}

// What one request was told is no reason to tell the next one less.
func TestToldWhole(t *testing.T) {
	d := open(t)
	d.post("/api/deliver", obj{"message": "Subject: Lunch?\r\n\r\n"})
	for range 2 {
		if text := d.ask(http.StatusConflict, "POST", "/api/wait/message", obj{"subject": "Dinner?", "timeout": "1ms"}); !strings.Contains(text, "Lunch?") {
			t.Errorf("got %s, want the mail that there is", text)
		}
	}
}

// What a client sends is seen with its envelope, and filed.
func TestSent(t *testing.T) {
	d := open(t)
	send(t, d.get("/api/health")["smtp"].(string))
	got := d.post("/api/wait/sent", obj{"subject": "Hello"})["messages"].([]any)[0].(obj)
	if got["from"] != "ann@example.com" || got["to"].([]any)[0] != "user@example.com" {
		t.Errorf("got %v, want it from ann to user", got)
	}
	d.post("/api/wait/sent", obj{"count": 1})
	d.post("/api/wait/count", obj{"count": 1})
	if source := d.ask(http.StatusOK, "GET", "/api/sent/1", nil); !strings.Contains(source, "Subject: Hello") {
		t.Errorf("got %q, want the source", source)
	}
	if n := len(d.get("/api/sent")["messages"].([]any)); n != 1 {
		t.Errorf("got %d messages, want 1", n)
	}
	if stages := d.get("/api/smtp/journal")["commands"].([]any); len(stages) < 5 {
		t.Errorf("got %v, want the steps of a session", stages)
	}
	if text := d.ask(http.StatusOK, "GET", "/api/smtp/transcript", nil); !strings.Contains(text, "MAIL FROM") {
		t.Errorf("got %s, want the dialogue", text)
	}
	d.post("/api/mark", nil)
	if n := len(d.get("/api/sent")["messages"].([]any)); n != 0 {
		t.Errorf("after mark: got %d messages, want none", n)
	}
}

// Drop, restart, refuse and accept do to clients what they say; reset brings all back.
func TestServerActs(t *testing.T) {
	t.Parallel()
	d := open(t)
	c := client(t, d)
	d.post("/api/wait/conns", obj{"count": 1})
	d.post("/api/drop", nil)
	<-c.Closed()
	d.post("/api/refuse", nil)
	addr := d.get("/api/health")["imap"].(string)
	if c, err := imapclient.DialInsecure(addr, nil); err == nil {
		if err := c.WaitGreeting(); err == nil {
			t.Error("got a greeting, want the connection refused")
		}
		c.Close()
	}
	d.post("/api/accept", nil)
	c = client(t, d)
	if err := c.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
	d.post("/api/wait/logout", nil)
	d.post("/api/restart", nil)
	d.post("/api/account", obj{"name": "bob", "password": "secret"})
	d.post("/api/account/token", obj{"account": "bob", "token": "t0k3n"})
	d.post("/api/deliver", obj{"account": "bob", "message": "Subject: x\r\n\r\n"})
	saved := d.ask(http.StatusOK, "GET", "/api/fixture", nil)
	if !strings.Contains(saved, "bob/INBOX") {
		t.Errorf("got %s, want bob's mail", saved)
	}
	d.ask(http.StatusConflict, "PUT", "/api/fixture", obj{"fixture": saved}) // they are there already
	d.post("/api/reset", nil)
	if text := d.ask(http.StatusOK, "GET", "/api/state.txt", nil); strings.Contains(text, "bob") {
		t.Errorf("after reset: got %s, want no bob", text)
	}
	if text := d.ask(http.StatusOK, "GET", "/api/transcript", nil); strings.Contains(text, "LOGIN") {
		t.Errorf("after reset: got %s, want nothing said", text)
	}
}

// Waits for an idling client end when it idles.
func TestWaitIdle(t *testing.T) {
	d := open(t)
	c := client(t, d)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	idle, err := c.Idle()
	if err != nil {
		t.Fatal(err)
	}
	d.post("/api/wait/idle", nil)
	idle.Close()
}

// At the end the door says which rules never fired.
func TestClose(t *testing.T) {
	a, err := Start(imaptest.WithSMTP(smtpsink.StartTLS()))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/api/rules", strings.NewReader(`{"on":"FETCH","do":[{"verb":"drop"}]}`))
	r.Header.Set("Content-Type", "application/json")
	a.ServeHTTP(w, r)
	if err := a.Close(); err == nil || !strings.Contains(err.Error(), "FETCH") {
		t.Errorf("got %v, want the rule that never fired", err)
	}
}

// Without a token only this machine is let in, and no page of another site; with one, who
// has it.
func TestGuard(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("token") {
			t.Error("the token is handed on")
		}
	})
	for _, row := range []struct {
		token, host string
		header      obj
		path        string
		status      int
	}{
		{"", "127.0.0.1:8025", nil, "/api/health", 200},
		{"", "localhost:8025", nil, "/", 200},
		{"", "[::1]:8025", nil, "/", 200},
		{"", "evil.example:8025", nil, "/", 403},
		{"", "127.0.0.1.evil.example", nil, "/", 403},
		{"", "127.0.0.1:8025", obj{"Origin": "http://127.0.0.1:8025"}, "/", 200},
		{"", "127.0.0.1:8025", obj{"Origin": "http://127.0.0.1:9999"}, "/", 403},
		{"", "127.0.0.1:8025", obj{"Origin": "null"}, "/", 403},
		{"", "127.0.0.1:8025", obj{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, "/", 403},
		{"", "127.0.0.1:8025", obj{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "/", 200},
		{"s3cret", "mail.example", nil, "/", 401},
		{"s3cret", "mail.example", obj{"Authorization": "Bearer wrong"}, "/?token=s3cret", 401},
		{"s3cret", "mail.example", obj{"Authorization": "Bearer s3cret"}, "/", 200},
		{"s3cret", "mail.example", nil, "/?token=s3cret", 200},
		{"s3cret", "mail.example", nil, "/?token=s3cre", 401},
		{"s3cret", "mail.example", obj{"Cookie": "mailtest-token=s3cret"}, "/", 200},
		{"s3cret", "127.0.0.1:8025", nil, "/", 401},
	} {
		r := httptest.NewRequest("GET", row.path, nil)
		r.Host = row.host
		for name, value := range row.header {
			r.Header.Set(name, value.(string))
		}
		w := httptest.NewRecorder()
		Guard(row.token, ok).ServeHTTP(w, r)
		if w.Code != row.status {
			t.Errorf("%+v: got %d, want %d", row, w.Code, row.status)
		}
	}
}
