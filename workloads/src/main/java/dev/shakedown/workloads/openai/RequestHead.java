package dev.shakedown.workloads.openai;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What stands before the body of each request to an endpoint. */
final class RequestHead {
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Endpoint endpoint;
    private final Map<String, byte[]> heads = new ConcurrentHashMap<>();

    RequestHead(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** The whole request, as it goes over the wire. */
    ByteBuf with(CompletionRequest completion, ByteBufAllocator allocator) {
        byte[] head = heads.computeIfAbsent(completion.route(), this::head);
        byte[] body = completion.body();
        byte[] length = Integer.toString(body.length).getBytes(StandardCharsets.US_ASCII);
        return allocator
                .directBuffer(head.length + length.length + END.length + body.length)
                .writeBytes(head)
                .writeBytes(length)
                .writeBytes(END)
                .writeBytes(body);
    }

    /** Up to the length of the body. */
    private byte[] head(String route) {
        URI url = endpoint.baseUrl();
        String host = url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
        String key =
                endpoint.apiKey()
                        .map(secret -> "authorization: Bearer " + printable(secret) + "\r\n")
                        .orElse("");
        return ("POST "
                        + endpoint.resolve(route).getRawPath()
                        + " HTTP/1.1\r\n"
                        + "host: "
                        + host
                        + "\r\n"
                        + "accept: text/event-stream\r\n"
                        + "accept-encoding: identity\r\n"
                        + "content-type: application/json\r\n"
                        + key
                        + "content-length: ")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String printable(String secret) {
        if (secret.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the API key holds a line break or another control character");
        }
        return secret;
    }
}
