package compare

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// words are what the mail is about. None of it says "needle".
var words = strings.Fields("invoice meeting lunch report question answer holiday plan budget draft review order ticket")

// mails is n messages of 2 KB, the same for every server: every other one has two parts.
func mails(n int) [][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	out := make([][]byte, n)
	for i := range out {
		var b bytes.Buffer
		fmt.Fprintf(&b, "Received: from mx%d.example.com by mail.example.com; Mon, 2 Jan 2023 15:04:05 +0000\r\n", i)
		fmt.Fprintf(&b, "From: \"Person %d\" <p%d@example.com>\r\nTo: Someone <someone@example.org>, other@example.net\r\n", i, i)
		fmt.Fprintf(&b, "Subject: %s %d\r\nDate: Mon, 2 Jan 2023 15:04:05 +0000\r\n", words[i%len(words)], i)
		fmt.Fprintf(&b, "Message-ID: <%d@example.com>\r\nMIME-Version: 1.0\r\n", i)
		if i%2 == 0 {
			fmt.Fprintf(&b, "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", text(rnd, 1600))
		} else {
			fmt.Fprintf(&b, "Content-Type: multipart/alternative; boundary=\"bound-%d\"\r\n\r\n", i)
			fmt.Fprintf(&b, "--bound-%d\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s\r\n", i, text(rnd, 700))
			fmt.Fprintf(&b, "--bound-%d\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>%s</p>\r\n--bound-%d--\r\n", i, text(rnd, 700), i)
		}
		out[i] = b.Bytes()
	}
	return out
}

// text is lines of words, size bytes or a word more.
func text(rnd *rand.Rand, size int) string {
	var sb strings.Builder
	for line := 0; sb.Len() < size; {
		word := words[rnd.IntN(len(words))]
		if line += len(word) + 1; line > 70 {
			line = 0
			sb.WriteString("\r\n")
		}
		sb.WriteString(word + " ")
	}
	return sb.String()
}

// oddNumbers is every other message of n as a set of IMAP.
func oddNumbers(n int) string {
	var set []string
	for i := 1; i <= n; i += 2 {
		set = append(set, fmt.Sprint(i))
	}
	return strings.Join(set, ",")
}

// bigMail is a message of 4 KB.
func bigMail(i int) []byte {
	var sb strings.Builder
	fmt.Fprintf(&sb, "From: a@example.com\r\nTo: user@example.com\r\nSubject: Message %06d\r\n", i)
	fmt.Fprintf(&sb, "Date: Wed, 1 May 2024 10:00:00 +0200\r\nMessage-ID: <%d@example.org>\r\n\r\n", i)
	for sb.Len() < 4<<10 {
		sb.WriteString("A line of text as there are many in the mail of the world, of some length.\r\n")
	}
	return []byte(sb.String())
}

// past is an internal date.
var past = time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)

func fileName(i int) string { return fmt.Sprintf("INBOX/%06d.eml", i) }
