#include "marshal/scalar.h"

namespace hookline {

Value Scalar::to_value() const {
  switch (kind_) {
    case Kind::kText:
      return text();
    case Kind::kInt:
      return content_.integer;
    case Kind::kDouble:
      break;
  }
  return content_.real;
}

}  // namespace hookline
