#include <string>

#include "cli/reference.h"
#include "hookline/reference.h"

namespace hookline::cli {

std::string reference_pyi() { return module_stub(vh_module()); }

}  // namespace hookline::cli
