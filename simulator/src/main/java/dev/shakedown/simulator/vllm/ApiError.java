package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.http.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** An error in the form that vLLM has had since 0.10.1. */
record ApiError(int status, String type, String message, Optional<String> param) {

    static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequestError", message, Optional.empty());
    }

    /** With the parameter named in the text too, as vLLM does. */
    static ApiError badParameter(String parameter, String message, Object value) {
        return new ApiError(
                400,
                "BadRequestError",
                message + " (parameter=" + parameter + ", value=" + value + ")",
                Optional.of(parameter));
    }

    static ApiError notJson() {
        return new ApiError(
                400,
                "Bad Request",
                "1 validation error:\n  {'type': 'json_invalid', 'loc': 'body', 'msg': 'JSON decode"
                        + " error'}",
                Optional.of("body"));
    }

    /** As FastAPI's validation of the body says it. */
    static ApiError missing(String field) {
        return new ApiError(
                400,
                "Bad Request",
                "1 validation error:\n  {'type': 'missing', 'loc': ('body', '"
                        + field
                        + "'), 'msg': 'Field required'}",
                Optional.of(field));
    }

    static ApiError unknownModel(String name, String served) {
        return new ApiError(
                404,
                "NotFoundError",
                "The model `" + name + "` does not exist. Valid aliases: " + served + ".",
                Optional.of("model"));
    }

    static ApiError notUp() {
        return new ApiError(
                503, "ServiceUnavailableError", "The engine is not up.", Optional.empty());
    }

    /** By what stands in front of an engine that has too much to do. */
    static ApiError refused(int status) {
        boolean busy = status == 429;
        return new ApiError(
                status,
                busy ? "TooManyRequests" : "ServiceUnavailableError",
                busy ? "Too many requests." : "The server is overloaded.",
                Optional.empty());
    }

    ObjectNode body() {
        ObjectNode error = Json.object().put("message", message).put("type", type);
        param.ifPresentOrElse(name -> error.put("param", name), () -> error.putNull("param"));
        error.put("code", status);
        return Json.object().set("error", error);
    }
}
