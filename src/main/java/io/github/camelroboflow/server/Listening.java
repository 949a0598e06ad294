package io.github.camelroboflow.server;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Objects;

/** Says why a server can't listen where it should, and where it could. */
final class Listening {

    private Listening() {
    }

    /** @param cause as the network says it, whose words for what is wrong are those of the operating system */
    static IOException failure(String host, int port, Throwable cause) {
        return new IOException("can't listen at " + host + ":" + port + ": " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        String message = Objects.toString(cause.getMessage(), cause.getClass().getSimpleName());
        if (cause instanceof UnknownHostException) {
            return "that name has no address: write localhost, an address of this machine, or 0.0.0.0 for all of them";
        }
        if (message.contains("already in use")) {
            return "another program does so already: stop that one, or choose another port";
        }
        if (message.contains("assign requested address")) {
            return "this machine has no such address: write one that it has, or 0.0.0.0 for all of them";
        }
        if (message.contains("Permission denied")) {
            return "the system does not permit it, mostly for a port below 1024: choose a higher one";
        }
        return message;
    }
}
