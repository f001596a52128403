#pragma once

#include <string_view>

namespace hookline::test {

// This is a script's source, to which a test may add. `run(code)` evaluates an expression, and
// `error(code)` says which exception it raises.
inline constexpr std::string_view kEvaluatingScript = R"(
import vh

def run(code):
    return eval(code)

def error(code):
    try:
        eval(code)
    except BaseException as e:
        return f"{type(e).__name__}: {e}"
    return "nothing"
)";

// These are its functions alone, for scripts that import another module.
inline constexpr std::string_view kEvaluatingFunctions =
    kEvaluatingScript.substr(kEvaluatingScript.find("def run"));

}  // namespace hookline::test
