package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SmtpServer;
import io.github.camelroboflow.delivery.outbox.Outbox;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The destination kamelet:mail, against a mail server. */
class MailIT {

    private static final String MAIL = "kamelet:mail?to=ops@example.com&from=Camera <camera@example.com>";

    @TempDir
    Path data;

    private WatchedFolder program(String destination, SmtpServer server) {
        return new WatchedFolder(data).with(new RoutingTable().when("*", destination)).with("mail.server", server.address())
                .with("mail.security", "none").with("outbox.retryAfter", "100").with("outbox.maxRetryAfter", "1s");
    }

    private static String health(WatchedFolder folder) {
        return HealthCheckRegistry.get(folder.context()).getCheck("outbox")
                .flatMap(check -> check.callReadiness().getMessage()).orElse("");
    }

    @Test
    void aMailHasTheResultAndTheAnnotatedPictureInIt() throws Exception {
        try (SmtpServer server = new SmtpServer().start(); WatchedFolder folder = program(MAIL, server).start()) {
            folder.drop("gears.jpg", "line 1/gears.jpg");
            await().until(() -> server.received().size() == 1);

            assertThat(server.received().get(0).sender()).isEqualTo("camera@example.com");
            MimeMessage mail = server.received().get(0).message();
            assertThat(mail.getSubject()).isEqualTo("5 gear in line 1/gears.jpg");
            assertThat(mail.getFrom()[0]).hasToString("Camera <camera@example.com>");
            assertThat(mail.getMessageID()).matches("<[0-9a-f]{64}\\.[0-9a-f]{8}@example\\.com>");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            MimeMultipart alternatives = (MimeMultipart) mail.getContent();
            assertThat(alternatives.getContentType()).startsWith("multipart/alternative");
            assertThat((String) alternatives.getBodyPart(0).getContent()).startsWith("5 gear in line 1/gears.jpg")
                    .contains("Model: parts-detect/1", "Most confident: ");
            MimeMultipart related = (MimeMultipart) alternatives.getBodyPart(1).getContent();
            assertThat(related.getContentType()).startsWith("multipart/related");
            String cid = related.getBodyPart(1).getHeader("Content-ID")[0].replaceAll("[<>]", "");
            assertThat((String) related.getBodyPart(0).getContent()).contains("src=\"cid:" + cid + "\"");
            assertThat(related.getBodyPart(1).getContentType()).startsWith("image/jpeg");
            assertThat(ImageIO.read(related.getBodyPart(1).getInputStream()).getWidth()).isPositive();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no files of such names")
    void namesThatOthersChoseAddNoHeaderAndNoHtml() throws Exception {
        String label = "a\r\nBcc: b@evil.example\r\n\r\n<img src=x>";
        try (SmtpServer server = new SmtpServer().start();
             WatchedFolder folder = program(MAIL + "&subject=${classes}: ${image}", server)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, label))).start()) {
            folder.drop(new byte[] {1}, "c\r\nX-Evil: yes\r\n\r\n<b>.jpg");
            await().until(() -> server.received().size() == 1);

            MimeMessage mail = server.received().get(0).message();
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(mail.getHeader("X-Evil")).isNull();
            assertThat(mail.getSubject()).contains("a\\u000D\\u000ABcc: b@evil.example").doesNotContain("\n");
            String html = (String) ((MimeMultipart) mail.getContent()).getBodyPart(1).getContent();
            assertThat(html).contains("&lt;img src=x&gt;", "Picture").doesNotContain("<img", "<b>.jpg");
        }
    }

    /** The image of one byte can't be drawn on. */
    @Test
    void aRecipientThatIsRefusedGetsNothingMoreAndTheOthersTheirs() {
        try (SmtpServer server = new SmtpServer().start();
             WatchedFolder folder = program("kamelet:mail?to=ops@example.com,gone@example.com&from=camera@example.com", server)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
            server.refuse("gone@example.com", 550, "5.1.1 No such user");
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> server.received().size() == 1
                    && folder.files("refused").stream().anyMatch(name -> name.endsWith(".json")));
            assertThat(folder.files("done")).containsExactly("a.jpg");
            assertThat(folder.read("refused/" + folder.files("refused").stream().filter(name -> name.endsWith(".json"))
                    .findFirst().orElseThrow())).contains("mail:gone@example.com",
                    "550 5.1.1 No such user");
            assertThat(health(folder)).isEmpty();
        }
    }

    @Test
    void aMailThatIsRefusedForNowIsSentAgainWithItsId() throws Exception {
        try (SmtpServer server = new SmtpServer().start();
             WatchedFolder folder = program(MAIL, server).with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
            server.refuse("ops@example.com", 451, "4.7.1 Greylisted");
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> folder.files("done").size() == 1);
            await().until(() -> server.refusals() >= 2);
            server.takeAll();

            await().until(() -> server.received().size() == 1);
            assertThat(folder.files("refused")).isEmpty();
        }
    }

    @Test
    void mailsWaitWhileTheServerIsDownOrRefusesTheLogin() {
        try (SmtpServer server = new SmtpServer().withLogin("camera", "s3cret").start()) {
            try (WatchedFolder folder = program(MAIL, server).with("mail.server", "localhost:" + FreePorts.free())
                    .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
                folder.drop(new byte[] {1}, "a.jpg");
                await().until(() -> folder.files("done").size() == 1);
                await().untilAsserted(() -> assertThat(health(folder)).contains("mail:ops@example.com is down", "refused"));
            }
            try (WatchedFolder folder = program(MAIL, server).with("mail.user", "camera").with("mail.password", "wr0ng").start()) {
                await().untilAsserted(() -> assertThat(health(folder)).contains("refuses the login")
                        .doesNotContain("wr0ng"));
                assertThat(server.received()).isEmpty();
            }
            try (WatchedFolder folder = program(MAIL, server).with("mail.user", "camera").with("mail.password", "s3cret").start()) {
                await().until(() -> server.received().size() == 1);
                assertThat(folder.files("failed")).isEmpty();
            }
        }
    }

    @Test
    void mailsOfOneDestinationThatWaitLimitNoOther() {
        try (SmtpServer server = new SmtpServer().start();
             WatchedFolder folder = program("", server).with(new RoutingTable().when("*", MAIL + "&perHour=2&subject=A ${image}")
                     .when("gear", MAIL + "&perHour=2&subject=B ${image}"))
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
            server.refuse("ops@example.com", 451, "4.7.1 Greylisted");
            for (int image = 1; image <= 3; image++) {
                folder.drop(new byte[] {(byte) image}, image + ".jpg");
                int done = image;
                await().until(() -> folder.files("done").size() == done);
            }
            server.takeAll();

            await().until(() -> server.received().size() == 4);
            Outbox outbox = folder.context().getRegistry().lookupByNameAndType("outbox", Outbox.class);
            assertThat(outbox.waiting()).as("a count of the third image for each").hasValue(2);
        }
    }

    @Test
    void imagesAboveTheLimitWaitInOneMailThatCountsThem() {
        try (SmtpServer server = new SmtpServer().start();
             WatchedFolder folder = program(MAIL + "&perHour=2", server)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
            IntStream.range(0, 20).forEach(i -> folder.drop(new byte[] {1, (byte) i}, i + ".jpg"));
            await().until(() -> folder.files("done").size() == 20 && server.received().size() == 2);

            Outbox outbox = folder.context().getRegistry().lookupByNameAndType("outbox", Outbox.class);
            await().until(() -> outbox.waiting().orElse(0) == 1);
            assertThat(outbox.backlogs()).singleElement().satisfies(backlog -> {
                assertThat(backlog.destination()).isEqualTo("mail:ops@example.com");
                assertThat(backlog.reason()).isEmpty();
            });
        }
    }
}
