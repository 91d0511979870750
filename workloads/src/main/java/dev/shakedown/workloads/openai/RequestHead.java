package dev.shakedown.workloads.openai;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What stands before the body of each request to an endpoint. */
final class RequestHead {
    private final Endpoint endpoint;
    private final String host;
    private final Map<String, String> paths = new ConcurrentHashMap<>();

    RequestHead(Endpoint endpoint) {
        this.endpoint = endpoint;
        URI url = endpoint.baseUrl();
        this.host = url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }

    FullHttpRequest with(CompletionRequest completion) {
        String path =
                paths.computeIfAbsent(
                        completion.route(), route -> endpoint.resolve(route).getRawPath());
        FullHttpRequest request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.POST,
                        path,
                        Unpooled.wrappedBuffer(completion.body()));
        HttpHeaders headers = request.headers();
        headers.set(HttpHeaderNames.HOST, host);
        headers.set(HttpHeaderNames.ACCEPT, "text/event-stream");
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
        headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        headers.set(HttpHeaderNames.CONTENT_LENGTH, completion.body().length);
        endpoint.apiKey()
                .ifPresent(key -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key));
        return request;
    }
}
