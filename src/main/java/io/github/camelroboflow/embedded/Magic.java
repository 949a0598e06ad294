package io.github.camelroboflow.embedded;

/** First bytes that tell a format, written as hex numbers with {@code ..} for any byte. */
final class Magic {

    private Magic() {
    }

    static boolean matches(String magic, byte[] bytes) {
        int length = (magic.length() + 1) / 3;
        if (bytes.length < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            String wanted = magic.substring(3 * i, 3 * i + 2);
            if (!wanted.equals("..") && Integer.parseInt(wanted, 16) != (bytes[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
