# Compiles every shipped model into the build's own kernel folder.
foreach(model IN LISTS MODELS)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env HYSTERON_CACHE=${KERNELS} ${HYSTERON} device check ${model} --json
                  RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE messages)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${model} does not compile (exit ${status}):\n${messages}")
  endif()
endforeach()
file(TOUCH ${KERNELS}/.stamp)
