package io.github.camelroboflow.http;

import io.github.camelroboflow.inference.Printable;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts as another does, and says of a server that is not trusted which certificate it has and what to do. */
final class TellingTrust extends X509ExtendedTrustManager {

    private static final int LONGEST = 300;

    private final X509ExtendedTrustManager usual;

    TellingTrust(X509ExtendedTrustManager usual) {
        this.usual = usual;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private static void told(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            X509Certificate its = chain[0];
            throw new CertificateException("its certificate, of " + shown(its.getSubjectX500Principal().getName()) + ", issued by "
                    + shown(its.getIssuerX500Principal().getName()) + ", valid from " + its.getNotBefore().toInstant() + " to "
                    + its.getNotAfter().toInstant() + ", is not accepted (" + e.getMessage() + "): " + advice(e), e);
        }
    }

    private static String advice(CertificateException e) {
        boolean time = Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause).limit(20).anyMatch(cause ->
                cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException);
        if (time) {
            return "it has to be renewed there, unless the clock here or there is wrong";
        }
        return "if that is as it should be, give Java the certificate of the issuer, with"
                + " -Djavax.net.ssl.trustStore=<file> and -Djavax.net.ssl.trustStorePassword=<password>";
    }

    private static String shown(String name) {
        String printable = Printable.of(name);
        return printable.length() > LONGEST ? printable.substring(0, LONGEST) + "…" : printable;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        told(chain, () -> usual.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        told(chain, () -> usual.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        told(chain, () -> usual.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        usual.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        usual.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        usual.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return usual.getAcceptedIssuers();
    }
}
