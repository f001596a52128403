#pragma once

#include <span>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "wrapper/wrapper.h"

namespace hookline::wrapper {

// What the SQL callbacks of a host answer, as values. Formats as in the table of callbacks.

// Of SQL, in one: success, rows, columns and a char** with all cells, row by row (lllp); or success
// and the rows as JSON (lD); or success alone, without rows. As `vh.SQL` returns it: (success,
// rows), each row a list of str, None for a NULL.
[[nodiscard]] Result<Value> read_table(const w_Targs& result, const TextCodec& codec);
[[nodiscard]] Value no_table();
// The cells of an lllp, which are the library's to free, as is the array. kBadArguments: the
// numbers cannot be true.
[[nodiscard]] Result<std::span<char*>> table_cells(const w_Targs& result);

// Of SQLQuery: (success, rows, handle), the handle a number for SQLFetch and SQLFree.
[[nodiscard]] Result<Value> read_query(const w_Targs& result, const TextCodec& codec);

// Of SQLFetch: the cells of one row, as a list.
[[nodiscard]] Result<Value> read_cells(const w_Targs& result, const TextCodec& codec);

}  // namespace hookline::wrapper
