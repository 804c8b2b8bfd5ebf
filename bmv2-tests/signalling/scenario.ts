/** A call of SIPp's client with RTP: what it says, and what it plays. */

/** How long the caller talks, in milliseconds. */
const TALK_MS = 3000;

/** @param tone A file with samples. */
export function callScenario(tone: string): string {
  const head = (method: string, number: number, to: string) => `
      ${method} sip:film@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: client <sip:client@[local_ip]:[local_port]>;tag=[pid]c[call_number]
      To: film <sip:film@[remote_ip]:[remote_port]>${to}
      Call-ID: [call_id]
      CSeq: ${number} ${method}
      Contact: sip:client@[local_ip]:[local_port]
      Max-Forwards: 70`;
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="call with media">
  <send retrans="500"><![CDATA[
${head('INVITE', 1, '')}
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=client 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [rtpstream_audio_port] RTP/AVP 8
      a=rtpmap:8 PCMA/8000

  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200"/>
  <send><![CDATA[
${head('ACK', 1, '[peer_tag_param]')}
      Content-Length: 0

  ]]></send>
  <nop><action><exec rtp_stream="${tone},-1,8"/></action></nop>
  <pause milliseconds="${TALK_MS}"/>
  <send retrans="500"><![CDATA[
${head('BYE', 2, '[peer_tag_param]')}
      Content-Length: 0

  ]]></send>
  <recv response="200"/>
</scenario>
`;
}
