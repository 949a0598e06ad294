package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camelroboflow.app.fixture.SmtpServer;
import io.github.camelroboflow.delivery.destination.MailSender.MailSecurity;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.outbox.DestinationSender.Delivery;
import io.github.camelroboflow.http.Certificates;
import io.github.camelroboflow.http.SystemProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mails go to a server whose certificate Java trusts, and to no other. */
@Isolated
class MailTlsIT {

    @TempDir
    Path folder;

    private final SystemProperties properties = new SystemProperties();

    @AfterEach
    void reset() {
        properties.close();
    }

    private static void send(SmtpServer server, MailSecurity security) throws DestinationException {
        new MailSender(new MailSettings(server.address(), security, "camera", "s3cret", Duration.ofSeconds(20)))
                .send(new Delivery("mail:ops@example.com", "one", "From: camera@example.com\r\n\r\nHello\r\n"
                        .getBytes(StandardCharsets.UTF_8), false, Map.of()));
    }

    private static SmtpServer server(SSLContext context, MailSecurity security) {
        SmtpServer server = new SmtpServer().withLogin("camera", "s3cret");
        return (security == MailSecurity.TLS ? server.withTls(context) : server.withStartTls(context)).start();
    }

    @ParameterizedTest
    @EnumSource(value = MailSecurity.class, names = {"STARTTLS", "TLS"})
    void aServerWithATrustedCertificateGetsTheLoginAndTheMail(MailSecurity security) {
        Path key = Certificates.key(folder, "server", "-ext", "san=dns:localhost");
        Path trust = Certificates.trust(key);
        SSLContext context = Certificates.server(key, trust);
        try (SmtpServer server = server(context, security)) {
            DestinationException untrusted = catchThrowableOfType(DestinationException.class, () -> send(server, security));
            assertThat(untrusted.fault()).isEqualTo(Fault.DESTINATION);
            assertThat(untrusted).as("not in Java's words").hasMessageMatching("the mail server localhost:\\d+ can't be used: .*its"
                    + " certificate, of CN=server,.*, issued by CN=server,.* is not accepted \\(Java trusts nobody who issued"
                    + " it\\): if it is the right certificate, give Java .*");
            assertThat(server.received()).isEmpty();

            properties.set("javax.net.ssl.trustStore", trust).set("javax.net.ssl.trustStorePassword", Certificates.PASSWORD);
            assertThatCode(() -> send(server, security)).doesNotThrowAnyException();
            assertThat(server.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(value = MailSecurity.class, names = {"STARTTLS", "TLS"})
    void aTrustedCertificateForAnotherNameIsRefused(MailSecurity security) {
        Path key = Certificates.key(folder, "server", "-ext", "san=dns:other.example");
        Path trust = Certificates.trust(key);
        SSLContext context = Certificates.server(key, trust);
        properties.set("javax.net.ssl.trustStore", trust).set("javax.net.ssl.trustStorePassword", Certificates.PASSWORD);
        try (SmtpServer server = server(context, security)) {
            DestinationException failure = catchThrowableOfType(DestinationException.class, () -> send(server, security));

            assertThat(failure.fault()).isEqualTo(Fault.DESTINATION);
            assertThat(failure).hasMessageContaining("localhost found")
                    .hasMessageEndingWith("write a name that it is for into the address");
            assertThat(server.received()).isEmpty();
        }
    }

    /** The mail was given up, and all those after it. */
    @Test
    void aTrustStoreThatIsGoneIsNoFaultOfTheMail() {
        properties.set("javax.net.ssl.trustStore", folder.resolve("gone"));
        try (SmtpServer server = new SmtpServer().start()) {
            DestinationException failure = catchThrowableOfType(DestinationException.class, () -> send(server, MailSecurity.TLS));

            assertThat(failure.fault()).isEqualTo(Fault.DESTINATION);
            assertThat(failure).hasMessageContaining("javax.net.ssl.trustStore=" + folder.resolve("gone") + " can't be read");
        }
    }

    @Test
    void aServerWithoutTlsIsToldFromOneThatIsDown() {
        try (SmtpServer server = new SmtpServer().start()) {
            DestinationException failure = catchThrowableOfType(DestinationException.class, () -> send(server, MailSecurity.TLS));
            assertThat(failure).hasMessage("the mail server " + server.address()
                    + " can't be used: it does not speak TLS from the beginning: set mail.security=starttls");
        }
    }

    @Test
    void aServerWithoutStartTlsGetsNoPassword() {
        try (SmtpServer server = new SmtpServer().withLogin("camera", "s3cret").start()) {
            DestinationException failure = catchThrowableOfType(DestinationException.class,
                    () -> send(server, MailSecurity.STARTTLS));
            assertThat(failure.fault()).isEqualTo(Fault.DESTINATION);
            assertThat(failure).hasMessageContaining("STARTTLS is required");
            assertThat(server.received()).isEmpty();
        }
    }
}
