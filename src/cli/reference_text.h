#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/vh_table.h"

namespace hookline::cli {

// What the forms of the reference have in common: rows of the tables as Python writes them.

// "str", "int", "float" or "str | int", for a letter of a row.
[[nodiscard]] std::string_view python_type(char kind) noexcept;
// The names of a row, which have single spaces between them.
[[nodiscard]] std::vector<std::string_view> split_names(std::string_view names);

// "OnNewConn(ip: str)".
[[nodiscard]] std::string hook_signature(const HookRow& row);
// "(message: str, nick: str | None = None) -> bool". A name that is a keyword of Python gets an
// underscore, and it and those before it are by position only.
[[nodiscard]] std::string vh_signature_text(const VhRow& row);
// What a function returns, as precisely as its note says.
[[nodiscard]] std::string_view vh_return_type(const VhRow& row);
// The help of a function, with what its note adds.
[[nodiscard]] std::string vh_help(const VhRow& row);

// Without the line breaks at both ends, which raw strings have.
[[nodiscard]] std::string_view trim_lines(std::string_view text) noexcept;

}  // namespace hookline::cli
