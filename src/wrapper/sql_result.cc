#include "wrapper/sql_result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "wrapper/values.h"

namespace hookline::wrapper {
namespace {

// No real query returns as many cells; larger numbers are garbage.
constexpr long kMostCells = 100'000'000;

bool is(const w_Targs& result, std::string_view format) { return result.format == format; }

Value table(long success, List rows) { return Tuple{{success, std::move(rows)}}; }

List rows_of(std::span<char* const> cells, std::size_t columns) {
  List rows;
  for (; !cells.empty(); cells = cells.subspan(columns)) {
    List row;
    for (const char* cell : cells.first(columns)) {
      row.push_back(cell == nullptr ? Value() : Value(cell));
    }
    rows.emplace_back(std::move(row));
  }
  return rows;
}

Error not_rows() {
  return {.code = ErrorCode::kUnsupportedType, .message = "the JSON is not a list of rows"};
}

}  // namespace

Result<std::span<char*>> table_cells(const w_Targs& result) {
  const long rows = result.args[1].l;
  const long columns = result.args[2].l;
  auto** const cells = static_cast<char**>(result.args[3].p);
  const bool sound = rows >= 0 && columns >= 0 && (columns == 0 || rows <= kMostCells / columns);
  if (!sound || (cells == nullptr && rows * columns != 0)) {
    return fail(ErrorCode::kBadArguments, "the hub answered " + std::to_string(rows) + " rows of " +
                                              std::to_string(columns) +
                                              " columns, and not their cells");
  }
  return std::span(cells, static_cast<std::size_t>(rows * columns));
}

Result<Value> read_table(const w_Targs& result, const TextCodec& codec) {
  const long success = result.args[0].l;
  if (is(result, "l")) {
    return table(success, {});
  }
  if (is(result, "lllp")) {
    const auto cells = table_cells(result);
    return cells ? table(success, rows_of(*cells, static_cast<std::size_t>(result.args[2].l)))
                 : Result<Value>(std::unexpected(cells.error()));
  }
  auto values = read_args(result, codec);
  if (!values) {
    return std::unexpected(std::move(values.error()));
  }
  Value& rows = values->at(1);
  if (rows.is_none()) {
    rows = List();
  }
  return rows.kind() == Kind::kList ? Result<Value>(Tuple{*std::move(values)})
                                    : std::unexpected(not_rows());
}

Value no_table() { return table(0, {}); }

Result<Value> read_query(const w_Targs& result, const TextCodec& codec) {
  auto values = read_args(result, codec);
  if (!values) {
    return std::unexpected(std::move(values.error()));
  }
  const Value handle = is(result, "lllp") ? values->at(3) : Value(0);
  return Value(Tuple{{values->at(0), values->at(1), handle}});
}

Result<Value> read_cells(const w_Targs& result, const TextCodec& codec) {
  auto values = read_args(result, codec);
  if (!values) {
    return std::unexpected(std::move(values.error()));
  }
  Value& cells = values->front();
  return cells.kind() == Kind::kList ? Result<Value>(std::move(cells))
                                     : std::unexpected(not_rows());
}

}  // namespace hookline::wrapper
