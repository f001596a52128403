#include <memory>

#include "dispatch/exec/libuv_loop.h"
#include "dispatch/exec/loop_executor.h"
#include "hookline/uv.h"

namespace hookline {

UvExecutor::UvExecutor(uv_loop_t* loop)
    : executor_(std::make_unique<detail::LoopExecutor>(std::make_shared<detail::LibuvLoop>(loop))) {
}

UvExecutor::~UvExecutor() = default;

void UvExecutor::post(Job& job) noexcept { executor_->post(job); }

void UvExecutor::close() { executor_->close(); }

}  // namespace hookline
