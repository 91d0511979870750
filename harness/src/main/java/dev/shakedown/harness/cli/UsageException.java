package dev.shakedown.harness.cli;

/**
 * The command was called with something it cannot work with; the message says what to write
 * instead.
 */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
