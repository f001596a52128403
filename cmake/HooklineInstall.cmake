# Makes the library that other projects link, and defines `cmake --install`.
#
#   hookline::hookline         libhookline.so, whose soname is libhookline.so.<major>
#   hookline::hookline_static  libhookline.a
#
# Both consist of the objects of the rooms marshal, interp, dispatch, plugin and verlihub, which are compiled once.
# Installation components: core (libraries, headers, CMake and pkg-config files), hub (the hookline command),
# wrapper (libvh_python_wrapper.so), share (stub file, example and demo scripts, licence).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(HOOKLINE_CORE_ROOMS marshal interp dispatch plugin verlihub)
set(HOOKLINE_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/hookline")

# Only names that a public header declares are visible: the headers mark their namespace, and everything else
# is compiled hidden.
foreach(room IN LISTS HOOKLINE_CORE_ROOMS)
  set_target_properties(hookline_${room} PROPERTIES CXX_VISIBILITY_PRESET hidden)
  if(NOT PROJECT_IS_TOP_LEVEL)  # their objects are needed, but not their archives
    set_target_properties(hookline_${room} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endforeach()

# hookline_library(kind): makes the target hookline_shared or hookline_static, for kind SHARED or STATIC.
function(hookline_library kind)
  string(TOLOWER "hookline_${kind}" target)
  set(objects "")
  foreach(room IN LISTS HOOKLINE_CORE_ROOMS)
    list(APPEND objects "$<TARGET_OBJECTS:hookline_${room}>")
  endforeach()
  add_library(${target} ${kind} ${objects})
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_include_directories(${target} INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${target}
    PUBLIC PkgConfig::libuv Threads::Threads
    PRIVATE hookline::python fmt::fmt)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME hookline LINKER_LANGUAGE CXX)
  if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

hookline_library(SHARED)
set_target_properties(hookline_shared PROPERTIES
  EXPORT_NAME hookline
  VERSION "${PROJECT_VERSION}"
  SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")  # before 1.0 each minor version has another ABI
# The library stays loaded until the process ends, because CPython cannot be unloaded.
# Its own calls of its public functions do not go through a table that another library could change.
target_link_options(hookline_shared PRIVATE "LINKER:-z,nodelete" "LINKER:-Bsymbolic-functions"
  "LINKER:--version-script=${PROJECT_SOURCE_DIR}/src/plugin/exports.map")
if(NOT HOOKLINE_SANITIZE)  # clang links the sanitizers into the executable only
  target_link_options(hookline_shared PRIVATE "LINKER:--no-undefined")
endif()
set_property(TARGET hookline_shared APPEND PROPERTY
  LINK_DEPENDS "${PROJECT_SOURCE_DIR}/src/plugin/exports.map")
add_library(hookline::hookline ALIAS hookline_shared)

hookline_library(STATIC)
add_library(hookline::hookline_static ALIAS hookline_static)

# hookline_install_hub(): installs the command and the wrapper, if they are built.
function(hookline_install_hub)
  if(HOOKLINE_INSTALL)
    install(TARGETS hookline RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT hub)
    install(TARGETS vh_python_wrapper LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT wrapper)
    install(FILES "${PROJECT_SOURCE_DIR}/src/wrapper/wrapper.h"
      DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/vh_python_wrapper" COMPONENT wrapper)
  endif()
endfunction()

if(NOT HOOKLINE_INSTALL)
  return()
endif()

foreach(part IN ITEMS shared static)
  install(TARGETS hookline_${part} EXPORT hookline_${part}
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT core NAMELINK_COMPONENT core
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT core)
  install(EXPORT hookline_${part} NAMESPACE hookline:: FILE hookline-${part}.cmake
    DESTINATION "${HOOKLINE_CMAKE_DIR}" COMPONENT core)
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/hookline"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT core FILES_MATCHING PATTERN "*.h" PATTERN "*.inc")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/hooklineConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/package/hooklineConfig.cmake"
  INSTALL_DESTINATION "${HOOKLINE_CMAKE_DIR}"
  PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_DATADIR)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/hooklineConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/package/hooklineConfig.cmake"
  "${PROJECT_BINARY_DIR}/package/hooklineConfigVersion.cmake"
  DESTINATION "${HOOKLINE_CMAKE_DIR}" COMPONENT core)

# The pkg-config file finds the prefix relative to its own folder. It has no Requires.private, because pkg-config
# requires those packages, and adds their flags, for the shared library as well.
set(HOOKLINE_PC_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH HOOKLINE_PC_PREFIX "/p/${HOOKLINE_PC_DIR}" "/p")
string(REGEX REPLACE "/$" "" HOOKLINE_PC_PREFIX "${HOOKLINE_PC_PREFIX}")
string(REGEX MATCH "^(.*)/lib(python[0-9.]+[0-9])[.]so" _ "${HOOKLINE_PYTHON_LIBRARY}")
set(HOOKLINE_PC_PYTHON_DIR "${CMAKE_MATCH_1}")
set(HOOKLINE_PC_PYTHON "${CMAKE_MATCH_2}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/hookline.pc.in"
  "${PROJECT_BINARY_DIR}/package/hookline.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/hookline.pc"
  DESTINATION "${HOOKLINE_PC_DIR}" COMPONENT core)

install(FILES "${PROJECT_SOURCE_DIR}/share/vh.pyi"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/hookline" COMPONENT share)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/demo" "${PROJECT_SOURCE_DIR}/examples/scripts"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/hookline" COMPONENT share
  FILES_MATCHING PATTERN "*.py" PATTERN "*.txt" PATTERN "__pycache__" EXCLUDE)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT share)
