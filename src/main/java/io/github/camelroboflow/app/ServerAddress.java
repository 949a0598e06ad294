package io.github.camelroboflow.app;

import java.net.URI;
import java.net.URISyntaxException;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** The address of a server that Amazon's client is to ask, or of some other service. */
final class ServerAddress {

    private static final int HIGHEST_PORT = 65_535;

    private ServerAddress() {
    }

    /** @throws IllegalArgumentException if no request could be made to such an address */
    static void check(String name, String text, String example) {
        String wrong = wrong(text);
        if (wrong != null) {
            throw new IllegalArgumentException(name + "=" + beginning(text) + " can't be used: " + wrong + "; it is such as "
                    + example);
        }
    }

    private static String wrong(String text) {
        try {
            URI uri = new URI(text);
            if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
                return "it begins with neither http:// nor https://";
            }
            if (uri.getHost() == null) {
                return "it has no host name of letters, digits, dots and hyphens, as Amazon's client wants, or its"
                        + " port is no number";
            }
            if (uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
                return "its port is none from 1 to " + HIGHEST_PORT;
            }
            if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                return "it is more than a scheme, a host, a port and a path";
            }
            SdkHttpFullRequest.builder().method(SdkHttpMethod.GET).uri(uri).build();
            return null;
        } catch (URISyntaxException e) {
            return e.getReason() + " at character " + (e.getIndex() + 1);
        } catch (IllegalArgumentException | NullPointerException e) {
            return e.getMessage();
        }
    }

    /** The scheme and the server: passwords and tokens are in what follows, or before an @. */
    static String beginning(String address) {
        return address.contains("@") ? "…" : address.replaceFirst("(?s)^([^/?#]*:/{0,2})?([^/?#]*).*", "$1$2");
    }
}
