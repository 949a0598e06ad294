package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.MessageText;
import jakarta.activation.DataHandler;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The content of a mail: a headline and lines of a name and a text, as text and as HTML, the latter with a picture.
 *
 * @param lines   names with texts
 * @param picture a JPEG; {@code null} for none
 */
record MailContent(String headline, Map<String, String> lines, byte[] picture) {

    private static final String PICTURE_ID = "picture@camel-roboflow";
    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    /** The longest subject in characters: mail programs show less. */
    private static final int LONGEST_SUBJECT = 200;

    /**
     * The headers of a mail.
     *
     * @param id the header {@code Message-ID} without its brackets
     */
    record Envelope(InternetAddress from, List<InternetAddress> to, String subject, String id) {

        private static final int SHORT_HASH = 8;

        /**
         * Returns the headers of a mail. Its id is the same when the mail is repeated, and another one for each subject.
         *
         * @param template the subject with its placeholders
         */
        static Envelope of(InternetAddress from, List<InternetAddress> to, String subject, String deliveryId, String template) {
            String address = from.getAddress();
            return new Envelope(from, to, subject, deliveryId.replaceAll("[^A-Za-z0-9]", "-") + "."
                    + Hashes.sha256Hex(template).substring(0, SHORT_HASH) + address.substring(address.lastIndexOf('@')));
        }
    }

    /** Lets the library find its parts in its own jar, wherever the thread comes from. Returns the class loader before. */
    static ClassLoader useLoader() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(MimeMessage.class.getClassLoader());
        return before;
    }

    /** Returns the mail as it is sent (RFC 5322). Names that others chose add no header: they hold no line break here. */
    byte[] with(Envelope envelope) {
        ClassLoader before = useLoader();
        try {
            MimeMessage mail = new MimeMessage(Session.getInstance(new Properties())) {
                @Override
                protected void updateMessageID() throws MessagingException {
                    setHeader("Message-ID", "<" + envelope.id() + ">");
                }
            };
            mail.setFrom(envelope.from());
            mail.setRecipients(RecipientType.TO, envelope.to().toArray(InternetAddress[]::new));
            mail.setSubject(subject(envelope.subject()), UTF_8);
            mail.setSentDate(new Date());
            // out-of-office programs do not answer then (RFC 3834)
            mail.setHeader("Auto-Submitted", "auto-generated");
            mail.setContent(alternatives());
            mail.saveChanges();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            mail.writeTo(bytes);
            return bytes.toByteArray();
        } catch (MessagingException e) {
            throw new IllegalStateException("no mail can be made: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static String subject(String text) {
        String line = MessageText.printable(text);
        return line.codePointCount(0, line.length()) <= LONGEST_SUBJECT ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_SUBJECT)) + "…";
    }

    private MimeMultipart alternatives() throws MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(text(), UTF_8);
        MimeBodyPart html = new MimeBodyPart();
        html.setText(html(), UTF_8, "html");
        if (picture != null) {
            MimeBodyPart image = new MimeBodyPart();
            image.setDataHandler(new DataHandler(new ByteArrayDataSource(picture, "image/jpeg")));
            image.setContentID("<" + PICTURE_ID + ">");
            image.setDisposition(Part.INLINE);
            image.setFileName("picture.jpg");
            MimeBodyPart both = new MimeBodyPart();
            both.setContent(multipart("related", html, image));
            return multipart("alternative", text, both);
        }
        return multipart("alternative", text, html);
    }

    private static MimeMultipart multipart(String type, MimeBodyPart... parts) throws MessagingException {
        return new MimeMultipart(type, parts);
    }

    private String text() {
        return MessageText.printable(headline) + "\n\n" + lines.entrySet().stream()
                .map(line -> line.getKey() + ": " + MessageText.printable(line.getValue()) + "\n").collect(Collectors.joining());
    }

    private String html() {
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html><body style=\"font-family: sans-serif\">\n<p><b>")
                .append(MessageText.html(headline)).append("</b></p>\n");
        if (picture != null) {
            html.append("<p><img src=\"cid:").append(PICTURE_ID)
                    .append("\" alt=\"the image with what was detected\" style=\"max-width: 100%\"></p>\n");
        }
        html.append("<table>\n");
        lines.forEach((name, value) -> html.append("<tr><td>").append(MessageText.html(name)).append("</td><td>")
                .append(MessageText.html(value)).append("</td></tr>\n"));
        return html.append("</table>\n</body></html>\n").toString();
    }
}
