package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.MailContent.Envelope;
import io.github.camelroboflow.delivery.destination.MailStep.MailAddresses;
import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.DestinationSender;
import io.github.camelroboflow.http.BoundedSockets;
import io.github.camelroboflow.inference.support.Advice;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends mails by SMTP to one recipient at a time, so that the answer of the server is about that one. */
public final class MailSender implements DestinationSender {

    private static final Logger LOG = LoggerFactory.getLogger(MailSender.class);

    /** Replies about the login (RFC 4954, section 6) and a server that is about to close (RFC 5321, section 4.2.3). */
    private static final Pattern LOGIN = Pattern.compile("\\b(?:432|454|530|534|535|538)\\b");
    private static final Pattern NO_TLS = Pattern.compile("(?i)unrecognized SSL message|plaintext connection");
    private static final int CLOSING = 421;
    private static final int PERMANENT = 500;
    private static final int LONGEST_REPLY = 300;

    private static final int MOST_TIMEOUTS = 10;
    /** The most bytes that a server may send for one mail, with its certificates. */
    private static final int MOST_ANSWERED = 1_000_000;

    private final MailSettings settings;
    private final Duration longest;
    private final MailServer server;

    /** How the connection is encrypted. */
    public enum MailSecurity {

        /** With TLS from the command STARTTLS on, before the login. */
        STARTTLS,

        /** With TLS from the beginning. */
        TLS,

        /** Everybody on the way can read mails, the user and the password. */
        NONE
    }

    /**
     * The settings of a mail server.
     *
     * @param server  its host, with a port or without
     * @param user    the user name; empty if the server requires none
     * @param timeout the longest wait for a connection, and for each byte of an answer; a whole mail may take ten times as long
     */
    public record MailSettings(String server, MailSecurity security, String user, String password, Duration timeout) {

        @Override
        public String toString() {
            return MailSettings.class.getSimpleName();
        }
    }

    public MailSender(MailSettings settings) {
        this(settings, settings.timeout().multipliedBy(MOST_TIMEOUTS));
    }

    /** @param longest the longest time for a mail, whatever the server answers */
    MailSender(MailSettings settings, Duration longest) {
        this.settings = settings;
        this.longest = longest;
        this.server = MailServer.of(settings.server(), settings.security());
    }

    @Override
    public void send(Delivery delivery) throws DestinationException {
        String recipient = delivery.address().substring(delivery.address().indexOf(':') + 1);
        ClassLoader before = MailContent.useLoader();
        try (BoundedSockets sockets = new BoundedSockets(longest, MOST_ANSWERED)) {
            try {
                Session session = Session.getInstance(properties(sockets));
                MimeMessage mail = new MimeMessage(session, new ByteArrayInputStream(mail(delivery)));
                send(session, mail, new InternetAddress(recipient));
            } catch (MessagingException e) {
                throw sockets.isOver() ? new DestinationException(Fault.UNCLEAR, "the mail server " + server + " took more than "
                        + longest.toSeconds() + " s for one mail: find out why it is slow, or raise mail.timeout", e)
                        : failure(e, recipient);
            }
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Fault.MESSAGE, "no mail can be made of it: " + e.getMessage(), e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Returns the content as it is, or makes a mail of a text that counts images. */
    private static byte[] mail(Delivery delivery) {
        if (!delivery.text()) {
            return delivery.content();
        }
        MailDigest digest = MailDigest.read(new String(delivery.content(), StandardCharsets.UTF_8));
        // a count that grew after an attempt is another mail: a mail program shows only one of each id
        return digest.content().with(Envelope.of(MailAddresses.one(digest.from()), MailAddresses.parse(digest.to()),
                digest.subjectLine(), delivery.deliveryId() + "-" + digest.images(), digest.subject()));
    }

    private void send(Session session, Message mail, InternetAddress recipient) throws MessagingException {
        Transport transport = session.getTransport("smtp");
        try {
            transport.connect(server.host(), server.port(), settings.user().isEmpty() ? null : settings.user(),
                    settings.user().isEmpty() ? null : settings.password());
            transport.sendMessage(mail, new InternetAddress[] {recipient});
        } finally {
            try {
                transport.close();
            } catch (MessagingException e) {
                // it has answered before
                LOG.debug("not closed in order", e);
            }
        }
    }

    private Properties properties(BoundedSockets sockets) throws DestinationException {
        String timeout = String.valueOf(settings.timeout().toMillis());
        String encrypted = String.valueOf(settings.security() == MailSecurity.STARTTLS);
        Properties properties = new Properties();
        properties.put("mail.smtp.socketFactory", sockets);
        if (settings.security() != MailSecurity.NONE) {
            try {
                properties.put("mail.smtp.ssl.socketFactory", sockets.tls());
            } catch (IllegalArgumentException e) {
                throw new DestinationException(Fault.DESTINATION, e.getMessage(), e);
            }
        }
        // otherwise it would try again without these
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        properties.setProperty("mail.smtp.connectiontimeout", timeout);
        properties.setProperty("mail.smtp.timeout", timeout);
        properties.setProperty("mail.smtp.writetimeout", timeout);
        properties.setProperty("mail.smtp.auth", String.valueOf(!settings.user().isEmpty()));
        properties.setProperty("mail.smtp.starttls.enable", encrypted);
        properties.setProperty("mail.smtp.starttls.required", encrypted);
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(settings.security() == MailSecurity.TLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        return properties;
    }

    private DestinationException failure(MessagingException error, String recipient) {
        if (error instanceof AuthenticationFailedException || isLogin(error)) {
            return new DestinationException(Fault.DESTINATION, "the mail server " + server + " refuses the login ("
                    + reply(error.getMessage()) + "): " + Advice.choose("set MAIL_USER and MAIL_PASSWORD",
                    "set the properties mail.user and mail.password"), error);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SMTPAddressFailedException refused) {
                return answered(refused.getReturnCode(), Fault.MESSAGE, "the mail server " + server + " does not take mail for "
                        + recipient + ": " + reply(refused.getMessage()), error);
            }
            if (cause instanceof SMTPSenderFailedException refused) {
                return answered(refused.getReturnCode(), Fault.DESTINATION, "the mail server " + server
                        + " does not take mail from this sender: " + reply(refused.getMessage()), error);
            }
        }
        if (error instanceof SMTPSendFailedException refused) {
            return answered(refused.getReturnCode(), Fault.MESSAGE, "the mail server " + server + " does not take the mail for "
                    + recipient + ": " + reply(refused.getMessage()), error);
        }
        return new DestinationException(Fault.DESTINATION, "the mail server " + server + " can't be used: " + reason(error), error);
    }

    private static boolean isLogin(MessagingException error) {
        return error instanceof SMTPSendFailedException refused
                && LOGIN.matcher(String.valueOf(refused.getReturnCode())).matches();
    }

    /** @param permanent whose fault a code of 500 to 599 is */
    private static DestinationException answered(int code, Fault permanent, String message, Throwable cause) {
        return new DestinationException(code == CLOSING ? Fault.DESTINATION : code >= PERMANENT ? permanent : Fault.UNCLEAR,
                message, cause);
    }

    private static String reply(String text) {
        String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST_REPLY ? line : line.substring(0, LONGEST_REPLY) + "…";
    }

    /** Returns the words of the network's failure, or of the deepest cause: those above only say that there is one. */
    private String reason(Throwable error) {
        Throwable inner = error;
        while (inner.getCause() != null && !(inner instanceof IOException)) {
            inner = inner.getCause();
        }
        if (!(inner instanceof IOException)) {
            return reply(inner.getMessage());
        }
        if (inner instanceof SSLException && NO_TLS.matcher(String.valueOf(inner.getMessage())).find()) {
            return "it does not speak TLS from the beginning: set mail.security=starttls";
        }
        if (inner instanceof SocketTimeoutException && settings.security() == MailSecurity.STARTTLS) {
            return FailureClassifier.describe(inner)
                    + ": if it speaks TLS from the beginning, as at port 465, set mail.security=tls";
        }
        return FailureClassifier.describe(inner);
    }

    /**
     * A mail server.
     *
     * @param host a name or an address, without brackets
     */
    public record MailServer(String host, int port) {

        private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
        private static final int HIGHEST_PORT = 65_535;

        /** @throws IllegalArgumentException if it is neither a host nor a host with a port */
        public static MailServer of(String text, MailSecurity security) {
            Matcher server = FORM.matcher(text.strip());
            int standard = switch (security) {
                case STARTTLS -> 587;
                case TLS -> 465;
                case NONE -> 25;
            };
            if (!server.matches()) {
                throw new IllegalArgumentException("it is a host, or a host and a port, such as smtp.example.com:587");
            }
            int port = server.group(2) == null ? standard : Integer.parseInt(server.group(2));
            if (port < 1 || port > HIGHEST_PORT) {
                throw new IllegalArgumentException("its port is none from 1 to " + HIGHEST_PORT);
            }
            return new MailServer(server.group(1).replaceAll("[\\[\\]]", ""), port);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
