package memstore

import "github.com/go-mailtest/mailtest/internal/store"

// The kinds of errors, for errors.Is. The texts name the thing.
var (
	ErrNotFound    = store.ErrNotFound
	ErrExists      = store.ErrExists
	ErrHasChildren = store.ErrHasChildren
	ErrNoSelect    = store.ErrNoSelect
	ErrNoInferiors = store.ErrNoInferiors
	ErrInvalidName = store.ErrInvalidName
	ErrInvalidFlag = store.ErrInvalidFlag
	ErrInvalidUID  = store.ErrInvalidUID
	ErrOverQuota   = store.ErrOverQuota
)
