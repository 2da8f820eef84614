package thread

// A link-cut tree (Sleator and Tarjan, 1983): it tells in logarithmic time at
// the top of which tree a container is, while trees are linked and cut. To
// walk up instead would let crafted threads take quadratic time.
//
// Each tree is split into paths, and a path is a splay tree in the order from
// the top down. A path's splay tree knows the container above the path.
type path struct {
	up          *container // in the splay tree, or of its root what is above the path
	left, right *container // what is above and below on the path
}

// isTop says whether c is the root of its splay tree.
func (c *container) isTop() bool { return c.up == nil || c.up.left != c && c.up.right != c }

// rotate swaps c with its parent in the splay tree.
func (c *container) rotate() {
	p := c.up
	if !p.isTop() {
		if p.up.left == p {
			p.up.left = c
		} else {
			p.up.right = c
		}
	}
	c.up, p.up = p.up, c
	if p.left == c {
		p.left, c.right = c.right, p
		if p.left != nil {
			p.left.up = p
		}
		return
	}
	p.right, c.left = c.left, p
	if p.right != nil {
		p.right.up = p
	}
}

// splay makes c the root of its splay tree.
func (c *container) splay() {
	for !c.isTop() {
		if p := c.up; !p.isTop() {
			if (p.left == c) == (p.up.left == p) {
				p.rotate()
			} else {
				c.rotate()
			}
		}
		c.rotate()
	}
}

// expose makes one path of all that is above c, with c at its end.
func (c *container) expose() {
	var below *container
	for at := c; at != nil; at = at.up {
		at.splay()
		at.right = below
		below = at
	}
	c.splay()
}

// top is the container at the top of c's tree.
func (c *container) top() *container {
	c.expose()
	for c.left != nil {
		c = c.left
	}
	c.splay()
	return c
}

// hang puts c, which is at the top of a tree, below parent.
func (c *container) hang(parent *container) {
	c.expose()
	c.up = parent
}

// cut makes c the top of a tree of its own.
func (c *container) cut() {
	c.expose()
	if c.left != nil {
		c.left.up, c.left = nil, nil
	}
}
