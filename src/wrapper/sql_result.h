#pragma once

#include <span>

#include "hookline/error.h"
#include "hookline/value.h"
#include "wrapper/wrapper.h"

namespace hookline::wrapper {

// These functions convert the results of a host's SQL callbacks, whose formats are in the table of
// callbacks.

// Reads a result of SQL: success, rows, columns and a char** with all cells, row by row (lllp); or
// success and the rows as JSON (lD); or success alone (l). Returns what `vh.SQL` returns:
// (success, rows), where each row is a list of str, and None for NULL.
[[nodiscard]] Result<Value> read_table(const w_Targs& result, const TextCodec& codec);
[[nodiscard]] Value no_table();
// Returns the cells of an lllp result. The library has to free them and the array. Fails with
// kBadArguments if the numbers of rows and columns are impossible.
[[nodiscard]] Result<std::span<char*>> table_cells(const w_Targs& result);

// Reads a result of SQLQuery: (success, rows, handle). SQLFetch and SQLFree take the handle.
[[nodiscard]] Result<Value> read_query(const w_Targs& result, const TextCodec& codec);

// Reads a result of SQLFetch: the cells of one row, as a list.
[[nodiscard]] Result<Value> read_cells(const w_Targs& result, const TextCodec& codec);

}  // namespace hookline::wrapper
