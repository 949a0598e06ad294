package io.github.camelroboflow.http;

import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Creates the TLS context from Java's system properties for trust and client certificates ({@code
 * javax.net.ssl.trustStore}, {@code keyStore} and their passwords and types). Its failures name the certificate.
 */
public final class SystemTls {

    private static final String STORE = "javax.net.ssl.";
    private static final String NONE = "NONE";

    private static List<String> contextProperties = List.of();
    private static SSLContext context;

    private SystemTls() {
    }

    /**
     * Returns a context for the current properties; the same one while they are unchanged.
     *
     * @throws IllegalArgumentException with the name of the property that can't be used
     */
    public static synchronized SSLContext context() {
        List<String> properties = Stream.of("trustStore", "trustStoreType", "trustStorePassword", "keyStore", "keyStoreType",
                "keyStorePassword").map(name -> System.getProperty(STORE + name, "")).toList();
        if (context == null || !contextProperties.equals(properties)) {
            context = make();
            contextProperties = properties;
        }
        return context;
    }

    private static SSLContext make() {
        try {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys().map(KeyManagerFactory::getKeyManagers).orElse(new KeyManager[0]), trust().getTrustManagers(), null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(STORE + "trustStore can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the trust of {@link #context()}, for clients that take no context.
     *
     * @throws IllegalArgumentException with the name of the property that can't be used
     */
    public static TrustManagerFactory trust() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            Path trustStore = store("trustStore");
            // null selects Java's own trust store by the same properties; but a missing file would mean trust in nobody
            trust.init((KeyStore) null);
            if (trustStore != null && !Files.isReadable(trustStore)) {
                throw new IllegalArgumentException(STORE + "trustStore=" + trustStore
                        + " can't be read: set it to a readable file");
            }
            TrustManager[] explaining = Arrays.stream(trust.getTrustManagers()).map(manager ->
                    manager instanceof X509ExtendedTrustManager delegate ? new ExplainingTrustManager(delegate) : manager)
                    .toArray(TrustManager[]::new);
            return new FixedTrust(explaining);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(STORE + "trustStore can't be used: " + e.getMessage(), e);
        }
    }

    /** Returns the store's file, or {@code null} if there is none. */
    private static Path store(String name) {
        String file = System.getProperty(STORE + name, "");
        return file.isEmpty() || file.equals(NONE) ? null : Path.of(file);
    }

    /**
     * Returns the certificate that clients show, for clients that take no context. Empty if the properties name none.
     *
     * @throws IllegalArgumentException with the name of the property that can't be used
     */
    public static Optional<KeyManagerFactory> keys() {
        Path file = store("keyStore");
        if (file == null) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            char[] password = System.getProperty(STORE + "keyStorePassword", "").toCharArray();
            KeyStore store = KeyStore.getInstance(System.getProperty(STORE + "keyStoreType", KeyStore.getDefaultType()));
            store.load(in, password.length == 0 ? null : password);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return Optional.of(keys);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(STORE + "keyStore=" + file + " can't be used ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + ")", e);
        }
    }

    /** Trust managers in the form that some clients want. */
    private static final class FixedTrust extends TrustManagerFactory {

        FixedTrust(TrustManager... managers) {
            super(new TrustManagerFactorySpi() {

                @Override
                protected void engineInit(KeyStore store) {
                    // they have theirs
                }

                @Override
                protected void engineInit(ManagerFactoryParameters parameters) {
                    // they have theirs
                }

                @Override
                protected TrustManager[] engineGetTrustManagers() {
                    return managers;
                }
            }, null, "explaining");
        }
    }

    /** Trusts as its delegate does. The failure for an untrusted server names its certificate and the next step. */
    static final class ExplainingTrustManager extends X509ExtendedTrustManager {

        private static final int MAX_NAME_LENGTH = 300;
        private static final Pattern OTHER_NAME = Pattern.compile("^No (name|subject alternative)");

        private final X509ExtendedTrustManager delegate;

        ExplainingTrustManager(X509ExtendedTrustManager delegate) {
            this.delegate = delegate;
        }

        private interface Check {
            void run() throws CertificateException;
        }

        private static void explain(X509Certificate[] chain, Check check) throws CertificateException {
            try {
                check.run();
            } catch (CertificateException e) {
                X509Certificate certificate = chain[0];
                throw new CertificateException("its certificate, of " + printable(certificate.getSubjectX500Principal().getName())
                        + ", issued by " + printable(certificate.getIssuerX500Principal().getName())
                        + ", valid from " + certificate.getNotBefore().toInstant()
                        + " to " + certificate.getNotAfter().toInstant()
                        + ", is not accepted (" + reason(e) + "): " + advice(e), e);
            }
        }

        private static String reason(CertificateException e) {
            String message = String.valueOf(e.getMessage());
            return message.startsWith("PKIX path building failed") ? "Java trusts nobody who issued it" : message;
        }

        private static String advice(CertificateException e) {
            boolean time = Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause).limit(20).anyMatch(cause ->
                    cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException);
            if (time) {
                return "renew the certificate on that server, or correct the clock here or there";
            }
            if (OTHER_NAME.matcher(String.valueOf(e.getMessage())).find()) {
                return "write a name that it is for into the address";
            }
            return "if it is the right certificate, give Java the certificate of the issuer, with"
                    + " -Djavax.net.ssl.trustStore=<file> and -Djavax.net.ssl.trustStorePassword=<password>";
        }

        private static String printable(String name) {
            String printable = MessageText.printable(name);
            return printable.length() > MAX_NAME_LENGTH ? printable.substring(0, MAX_NAME_LENGTH) + "…" : printable;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            explain(chain, () -> delegate.checkServerTrusted(chain, type, socket));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            explain(chain, () -> delegate.checkServerTrusted(chain, type, engine));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            explain(chain, () -> delegate.checkServerTrusted(chain, type));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            delegate.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            delegate.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            delegate.checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return delegate.getAcceptedIssuers();
        }
    }
}
