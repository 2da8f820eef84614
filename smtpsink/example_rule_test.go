package smtpsink_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// Greylisting: the first try is put off, the second is taken.
func ExampleSink_On() {
	sink, err := smtpsink.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sink.Close()
	sink.On("RCPT bob@*").Times(1).Reply(450, "4.7.1", "greylisted, try later")

	for range 2 { // the code under test
		err := smtp.SendMail(sink.Addr(), nil, "shop@example.com", []string{"bob@example.com"}, []byte("Subject: Your order\r\n\r\n"))
		var refused *textproto.Error
		if errors.As(err, &refused) {
			fmt.Println(refused.Code, refused.Msg)
		} else {
			fmt.Println(err)
		}
	}
	fmt.Println(len(sink.Messages()), "message")
	// Output:
	// 450 4.7.1 greylisted, try later
	// <nil>
	// 1 message
}
