# Finds moodycamel's queue, wherever the distribution has put it, and makes the imported target
# concurrentqueue::concurrentqueue. The source always says #include <concurrentqueue.h>.
#
#   Debian 12           concurrentqueue/concurrentqueue.h, no CMake files
#   Debian 13 and sid   concurrentqueue/moodycamel/concurrentqueue.h, a CMake config, whose include
#                       folder is the one above moodycamel/
#
# concurrentqueue_INCLUDE_DIR is the folder of the header; set it to use another one.

find_package(concurrentqueue CONFIG QUIET)
set(_folders "")
if(TARGET concurrentqueue::concurrentqueue)
  get_target_property(_folders concurrentqueue::concurrentqueue INTERFACE_INCLUDE_DIRECTORIES)
endif()
find_path(concurrentqueue_INCLUDE_DIR concurrentqueue.h
  HINTS ${_folders}
  PATH_SUFFIXES moodycamel concurrentqueue/moodycamel concurrentqueue)
unset(_folders)

include(FindPackageHandleStandardArgs)
# If a config was found, concurrentqueue_CONFIG is set, too, but that alone is not enough.
find_package_handle_standard_args(concurrentqueue
  REQUIRED_VARS concurrentqueue_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "moodycamel's concurrentqueue.h: package libconcurrentqueue-dev")
mark_as_advanced(concurrentqueue_INCLUDE_DIR)

if(concurrentqueue_FOUND)
  if(NOT TARGET concurrentqueue::concurrentqueue)
    add_library(concurrentqueue::concurrentqueue INTERFACE IMPORTED)
  endif()
  set_property(TARGET concurrentqueue::concurrentqueue APPEND PROPERTY
    INTERFACE_INCLUDE_DIRECTORIES "${concurrentqueue_INCLUDE_DIR}")
endif()
