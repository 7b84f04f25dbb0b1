// Which keys of a profile say the same thing in another form, so that one which is laid over the other takes its place:
// a rate for all takes that of up and down, a cut in place of a response takes the bytes of one in a body. A phase, and
// a profile that extends another, need not know how the one beneath has put it. Control threads.
#pragma once

#include "profile/document.h"
#include "profile/keys.h"

namespace weir {

/// Takes out of `base` what `own`, which is laid over it, says in another form. Both are tables of the same section.
void displace(Node& base, const Node& own, const Keys& keys);

}  // namespace weir
