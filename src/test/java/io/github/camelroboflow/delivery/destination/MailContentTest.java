package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.MailContent.Envelope;
import io.github.camelroboflow.delivery.destination.MailStep.MailAddresses;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class MailContentTest {

    private static final Properties NONE = new Properties();

    @Test
    void aNameBesideAnAddressThatIsNotPlainAsciiIsReadable() throws Exception {
        Envelope envelope = Envelope.of(MailAddresses.one("Kamera Süd Č <camera@example.com>"),
                MailAddresses.parse("\"Jürgen, Nacht\" <ops@example.com>"), "1 bolt in a.jpg", "delivery", "${counts}");
        byte[] mail = new MailContent("1 bolt in a.jpg", Map.of("Found", "1 bolt"), null).with(envelope);

        MimeMessage read = new MimeMessage(Session.getInstance(NONE), new ByteArrayInputStream(mail));
        assertThat(((InternetAddress) read.getFrom()[0]).getPersonal()).isEqualTo("Kamera Süd Č");
        assertThat(((InternetAddress) read.getAllRecipients()[0]).getPersonal()).isEqualTo("Jürgen, Nacht");
        assertThat(mail).as("only SMTP with SMTPUTF8 takes others").doesNotContain(0x80, 0xC3, 0xFC);
    }
}
