/*
 * What the clock fault puts into the free end of a process' vDSO page. The prologues of __vdso_clock_gettime,
 * __vdso_gettimeofday and __vdso_time become jumps to the three functions here: each asks the kernel by a system call and
 * adds an offset to what is wall clock. stub.ts holds the bytes; stub.test.ts assembles this file and compares.
 *
 * Only registers that a call may change are used: rax, rcx, rdx, rsi, rdi, r8 - r11 (System V ABI, x86-64).
 */
	.text
header:
	.ascii	"LJCLOCK1"
offset:	.quad	0		/* nanoseconds; one aligned word, so that nobody reads half of a new one */
clocks:	.quad	0		/* bit n: clock n is wall clock, and gets the offset */
	.quad	0		/* to 32 bytes */

clock_gettime:			/* edi: clock, rsi: struct timespec * */
	endbr64
	mov	$228, %eax
	syscall
	test	%eax, %eax
	jnz	1f
	cmp	$63, %edi
	ja	1f
	mov	clocks(%rip), %rdx
	bt	%rdi, %rdx
	jnc	1f
	imul	$1000000000, (%rsi), %rax
	add	8(%rsi), %rax
	add	offset(%rip), %rax
	mov	$1000000000, %ecx
	cqo
	idiv	%rcx
	mov	%rax, (%rsi)
	mov	%rdx, 8(%rsi)
	xor	%eax, %eax
1:	ret

	.balign	16
gettimeofday:			/* rdi: struct timeval * or null, rsi: struct timezone * or null */
	endbr64
	mov	$96, %eax
	syscall
	test	%eax, %eax
	jnz	1f
	test	%rdi, %rdi
	jz	1f
	testb	$1, clocks(%rip)
	jz	1f
	mov	offset(%rip), %rax
	mov	$1000, %ecx
	cqo
	idiv	%rcx
	imul	$1000000, (%rdi), %rcx
	add	%rcx, %rax
	add	8(%rdi), %rax
	mov	$1000000, %ecx
	cqo
	idiv	%rcx
	mov	%rax, (%rdi)
	mov	%rdx, 8(%rdi)
	xor	%eax, %eax
1:	ret

	.balign	16
time:				/* rdi: time_t * or null */
	endbr64
	push	%rdi
	sub	$16, %rsp
	xor	%edi, %edi
	mov	%rsp, %rsi
	call	clock_gettime
	mov	(%rsp), %rax
	add	$16, %rsp
	pop	%rdi
	test	%rdi, %rdi
	jz	1f
	mov	%rax, (%rdi)
1:	ret
