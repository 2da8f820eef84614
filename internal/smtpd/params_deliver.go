package smtpd

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// BY and MT-PRIORITY belong to MAIL (RFC 2852, section 4; RFC 6710, section 3).
// go-smtp's client sends them with RCPT, and cannot do otherwise.

func setDeliverBy(o *MailOptions, value string) (err error) {
	o.DeliverBy, err = parseDeliverBy(value)
	return err
}

func setRcptDeliverBy(o *smtp.RcptOptions, value string) (err error) {
	o.DeliverBy, err = parseDeliverBy(value)
	return err
}

func setPriority(o *MailOptions, value string) (err error) {
	o.Priority, err = parsePriority(value)
	return err
}

func setRcptPriority(o *smtp.RcptOptions, value string) (err error) {
	o.MTPriority, err = parsePriority(value)
	return err
}

// parseDeliverBy reads by-value of RFC 2852, section 4:
//
//	by-value = by-time ";" by-mode [by-trace]
//	by-time  = ["-" / "+"] 1*9digit
func parseDeliverBy(value string) (*smtp.DeliverByOptions, error) {
	seconds, mode, found := strings.Cut(strings.ToUpper(value), ";")
	mode, trace := strings.CutSuffix(mode, "T")
	n, err := strconv.Atoi(seconds)
	switch {
	case !found || err != nil || len(strings.TrimLeft(seconds, "+-")) > 9:
		return nil, errors.New("want seconds;R or seconds;N")
	case mode != string(smtp.DeliverByNotify) && mode != string(smtp.DeliverByReturn):
		return nil, errors.New("the mode must be R or N")
	case mode == string(smtp.DeliverByReturn) && n <= 0:
		return nil, errors.New("the time must be positive with R")
	}
	return &smtp.DeliverByOptions{Time: time.Duration(n) * time.Second, Mode: smtp.DeliverByMode(mode), Trace: trace}, nil
}

// parsePriority reads priority-value of RFC 6710, section 3: -9 to 9.
func parsePriority(value string) (*int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < -9 || n > 9 {
		return nil, errors.New("not a priority from -9 to 9")
	}
	return &n, nil
}
