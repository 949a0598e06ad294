package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.SmtpServer;
import io.github.camelroboflow.delivery.destination.MailSender.MailSecurity;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.outbox.DestinationSender.Delivery;
import io.github.camelroboflow.http.HostileServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A mail server gets mails with ids, and can neither hold a sender nor fill the memory. */
class MailSenderIT {

    private static MailSender sender(String server, Duration longest) {
        return new MailSender(new MailSettings(server, MailSecurity.NONE, "", "", Duration.ofMinutes(5)), longest);
    }

    private static DestinationException failure(HostileServer server, Duration longest) {
        return catchThrowableOfType(DestinationException.class, () -> sender("127.0.0.1:" + server.port(), longest)
                .send(new Delivery("mail:ops@example.com", "one", "From: camera@example.com\r\n\r\nHello\r\n"
                        .getBytes(StandardCharsets.UTF_8), false, Map.of())));
    }

    @Test
    void aServerWhoseAnswersTrickleHoldsNoSender() {
        for (HostileServer.Answer answer : List.of(HostileServer.drip("220-", "a"), HostileServer.drip("", "220-hello\r\n"))) {
            try (HostileServer server = HostileServer.greeting(answer)) {
                DestinationException failure = failure(server, Duration.ofSeconds(1));

                assertThat(failure.fault()).isEqualTo(Fault.UNCLEAR);
                assertThat(failure).hasMessage("the mail server 127.0.0.1:" + server.port()
                        + " took more than 1 s for one mail: find out why it is slow, or raise mail.timeout");
                await().until(() -> server.connections() == 0);
            }
        }
    }

    @Test
    void anAnswerWithoutEndIsNotKept() {
        try (HostileServer server = HostileServer.greeting(HostileServer.endless("220-", "hello\r\n220-"))) {
            DestinationException failure = failure(server, Duration.ofMinutes(5));

            assertThat(failure).hasMessageContaining("127.0.0.1:" + server.port(), "it sent more than 1000000 bytes");
            await().until(() -> server.connections() == 0);
        }
    }

    private static MailDigest digest(long images) {
        return new MailDigest("camera@example.com", "ops@example.com", "${counts}", 20, images, "2026-01-01T10:00:00Z",
                "2026-01-01T10:00:00Z", Map.of("gear", images), List.of("a.jpg"));
    }

    /** Mail programs show only one of the mails with the same id. */
    @Test
    void aCountThatGrewAfterItWasSentIsAnotherMailAndARepeatIsNot() throws Exception {
        try (SmtpServer server = new SmtpServer().start()) {
            MailSender sender = sender(server.address(), Duration.ofMinutes(5));
            for (long images : new long[] {2, 2, 3}) {
                sender.send(new Delivery("mail:ops@example.com", "digest-1", digest(images).json().getBytes(StandardCharsets.UTF_8),
                        true, Map.of()));
            }

            List<String> ids = new ArrayList<>();
            for (SmtpServer.Received received : server.received()) {
                ids.add(received.message().getMessageID());
            }
            assertThat(ids).hasSize(3).startsWith(ids.get(1));
            assertThat(ids.get(2)).isNotEqualTo(ids.get(1));
        }
    }
}
