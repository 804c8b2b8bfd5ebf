/** Right conversations to break: who says what, for each protocol. Messages are our own, by the RFCs' grammar. */

export type Said = { readonly side: 'client' | 'server'; readonly text: string };

const client = (text: string): Said => ({ side: 'client', text });
const server = (text: string): Said => ({ side: 'server', text });

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\n\r\n`;

function sdp(host: string, ...media: readonly string[]): string {
  return `${['v=0', `o=u 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', ...media].join('\r\n')}\r\n`;
}

function sip(start: string, cseq: string, to: string, body = '', more: readonly string[] = []): string {
  const type =
    body === '' || more.some((one) => one.startsWith('c:')) ? [] : ['Content-Type: application/sdp'];
  return `${lines(
    start,
    'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx;rport',
    'From: "A \\"q\\" ;tag=no" <sip:a;x=y@example.com;user=phone>;tag=aaa',
    `To: <sip:b@example.com>${to}`,
    'Call-ID: 1@192.0.2.9',
    `CSeq: ${cseq}`,
    ...type,
    ...more,
    `Content-Length: ${body.length}`,
  )}${body}`;
}

const OFFER = sdp(
  '192.0.2.9',
  'm=audio 6000/2 RTP/AVP 0 8',
  'a=rtcp:6100 IN IP4 192.0.2.9',
  'a=rtcp-mux',
  'm=video 0 RTP/SAVP 31',
  'm=image 7002 udptl t38',
  'c=IN IP6 2001:db8::9',
  'm=message 2855 TCP/MSRP *',
);
const ANSWER = sdp(
  '203.0.113.10',
  'm=audio 7000/2 RTP/AVP 0',
  'a=rtcp:7100',
  'm=video 0 RTP/SAVP 31',
  'm=image 8000 udptl t38',
  'm=message 2855 TCP/MSRP *',
);
const MULTIPART = `--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${OFFER}\r\n--b--\r\n`;

export const CONVERSATIONS: Readonly<Record<'rtsp' | 'sip' | 'ftp', readonly Said[]>> = {
  rtsp: [
    client(lines('OPTIONS * RTSP/1.0', 'CSeq: 1')),
    server(lines('RTSP/1.0 200 OK', 'CSeq: 1', 'Public: SETUP, TEARDOWN')),
    client(
      lines(
        'SETUP rtsp://h/1 RTSP/1.0',
        'CSeq: 2',
        'Transport: RTP/AVP/TCP;interleaved=0-1,RTP/AVP;unicast;client_port=6000-6001;mode="PLAY,RECORD"',
      ),
    ),
    server(
      lines(
        'RTSP/1.0 200 OK',
        'CSeq: 2',
        'Session: s1;timeout=30',
        'Transport: RTP/AVP;unicast;client_port=6000-6001;server_port=7000-7001;source=203.0.113.10',
      ),
    ),
    client(
      lines(
        'SETUP rtsp://h/2 RTSP/2.0',
        'CSeq: 3',
        'Session: s1',
        'Transport: RTP/AVP;unicast;dest_addr=":6002"/":6003"',
      ),
    ),
    server(
      lines(
        'RTSP/2.0 200 OK',
        'CSeq: 3',
        'Session: s1',
        'Transport: RTP/AVP;unicast;RTCP-mux;dest_addr="192.0.2.9:6002";src_addr="[2001:db8::1]:7002"/"203.0.113.10:7003"',
      ),
    ),
    server('$\u0000\u0000\u0008abcdefgh'),
    client(`${lines('ANNOUNCE rtsp://h RTSP/1.0', 'CSeq: 4', 'Content-Length: 5')}hello`),
    client(lines('TEARDOWN rtsp://h/1 RTSP/1.0', 'CSeq: 5', 'Session: s1')),
    server(lines('RTSP/1.0 200 OK', 'CSeq: 5')),
    client(lines('TEARDOWN rtsp://h RTSP/1.0', 'CSeq: 6', 'Session: s1')),
    server(lines('RTSP/1.0 200 OK', 'CSeq: 6')),
  ],
  sip: [
    client(sip('INVITE sip:b@example.com SIP/2.0', '1 INVITE', '', OFFER)),
    client(
      sip('INVITE sip:b@example.com SIP/2.0', '1 INVITE', '', MULTIPART, ['c: multipart/mixed;boundary="b"']),
    ),
    server(
      sip('SIP/2.0 183 Session Progress', '1 INVITE', ';tag=bbb', ANSWER, ['Require: 100rel', 'RSeq: 1']),
    ),
    server(sip('SIP/2.0 180 Ringing', '1 INVITE', ';tag=ccc', ANSWER)),
    client(sip('PRACK sip:b@example.com SIP/2.0', '2 PRACK', ';tag=bbb', OFFER)),
    server(sip('SIP/2.0 200 OK', '2 PRACK', ';tag=bbb', ANSWER)),
    server(sip('SIP/2.0 200 OK', '1 INVITE', ';tag=bbb', ANSWER, ['x: 90;refresher=uas'])),
    client(sip('ACK sip:b@example.com SIP/2.0', '1 ACK', ';tag=bbb')),
    client(sip('UPDATE sip:b@example.com SIP/2.0', '3 UPDATE', ';tag=bbb', OFFER)),
    server(sip('SIP/2.0 488 No', '3 UPDATE', ';tag=bbb')),
    client(sip('CANCEL sip:b@example.com SIP/2.0', '1 CANCEL', '')),
    client(sip('BYE sip:b@example.com SIP/2.0', '4 BYE', ';tag=bbb')),
    server(sip('SIP/2.0 200 OK', '4 BYE', ';tag=bbb')),
  ],
  ftp: [
    server('220-hello\r\n220 there\r\n'),
    client('USER a\r\n'),
    client('PASV\r\n'),
    server('227 Entering Passive Mode (203,0,113,10,19,137).\r\n'),
    client('EPSV ALL\r\n'),
    server('229 Entering Extended Passive Mode (|||6446|)\r\n'),
    client('PORT 192,0,2,9,156,65\r\n'),
    client('EPRT |2|2001:db8::9|5282|\r\n'),
    client('QUIT\r\n'),
    server('221 bye\r\n'),
  ],
};
