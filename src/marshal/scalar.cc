#include "marshal/scalar.h"

namespace hookline {

Value Scalar::to_value() const {
  switch (kind_) {
    case Kind::kText:
      return text();
    case Kind::kInt:
      return integer_;
    case Kind::kDouble:
      break;
  }
  return real_;
}

}  // namespace hookline
